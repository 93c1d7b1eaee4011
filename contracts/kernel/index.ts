export { type Clock, systemClock } from './clock.ts'
export type { Decider, DomainEvent } from './decider.ts'
export { actor, eventMetadata, recordedEvent, unreadableEvent } from './envelope.ts'
export type { Actor, EventMetadata, RawRecord, Recorded, RecordedEvent, UnreadableEvent } from './envelope.ts'
export { newId, position, timestamp, uuid, uuidv7, workspaceId } from './ids.ts'
export { err, ok, type Rejection, type Result } from './result.ts'
export { dataOf, nestsTooDeep, rawRecordOf, type StoredRecord } from './stored-record.ts'
export { line } from './text.ts'
export { streamFamily, type StreamFamily } from './streams.ts'
export {
  event,
  type EventDefinition,
  eventSince,
  type EventsOf,
  parseEvent,
  type Unparsable,
  type Upcast,
} from './vocabulary.ts'
export { type Fact, foldEvent, foldEvents, isHandled, keyText, type View, type ViewKey } from './view.ts'
