export { connectMessaging } from './connect.ts'
export { encodeRecord } from './encoding.ts'
export { MessagingUnavailableError, RevisionMovedError, StreamMovedError } from './errors.ts'
export type {
  EventStream,
  KeyValue,
  KeyValueChange,
  Messaging,
  RelayedRecord,
  RelayPoint,
  SequencedRecord,
  TakenWork,
  WorkQueue,
} from './types.ts'
