export { connectEventStore } from './connect.ts'
export { InvalidEventError, QuarantinedEventError, StoreUnavailableError } from './errors.ts'
export { commandIdOf, eventIdOf, uuidv5 } from './event-id.ts'
export { foldStream } from './fold-stream.ts'
export { handle, load, type Aggregate, type Folded, type Loaded } from './handle.ts'
export { parseRecord } from './parse.ts'
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
