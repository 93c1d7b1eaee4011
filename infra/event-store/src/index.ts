export { connectEventStore } from './connect.ts'
export { InvalidEventError, StoreUnavailableError } from './errors.ts'
export { commandIdOf, eventIdsOf, uuidv5 } from './event-id.ts'
export { foldStream, type FoldedStream } from './fold-stream.ts'
export { handle, load, type Aggregate, type Folded, type Loaded, type Refusal } from './handle.ts'
export { answerMs, inTime } from './in-time.ts'
export { persistently } from './persistently.ts'
export { secretRulesOf } from './secret-rules.ts'
export { parseRecord, unreadableAt } from './parse.ts'
export type {
  AllFilter,
  Appended,
  CommandContext,
  EventStore,
  ExpectedRevision,
  Handled,
  LogEvent,
  NewEvent,
  Quarantined,
  RawSubscriptionItem,
  ReadItem,
  SubscribeOptions,
  SubscriptionItem,
} from './types.ts'
