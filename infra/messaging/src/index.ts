export { connectMessaging } from './connect.ts'
export { decodeRecord, encodeRecord } from './encoding.ts'
export { MessagingUnavailableError, StreamMovedError } from './errors.ts'
export type { EventStream, Messaging, RelayedRecord, RelayPoint, SequencedRecord } from './types.ts'
