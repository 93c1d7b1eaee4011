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
  Terminals,
  WorkQueue,
} from './types.ts'
