export { connectMessaging } from './connect.ts'
export { decodeRecord, encodeRecord } from './encoding.ts'
export { MessagingUnavailableError, RevisionMovedError, StreamMovedError } from './errors.ts'
export type {
  EventStream,
  KeyValue,
  KeyValueChange,
  Messaging,
  RelayedRecord,
  RelayPoint,
  SequencedRecord,
} from './types.ts'
