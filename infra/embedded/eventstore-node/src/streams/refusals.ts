import { GrpcError, Status } from '../grpc/status.ts'
import { MissingMetadataError } from '../wire/proposed-event.ts'

/** Bytes of event data that one append may carry; metadata is not counted. */
export const MAX_APPEND_SIZE = 1_048_576

/** A name that is not ASCII fits no trailer: the real server fails while it says so, and that is all that arrives. */
const about = (stream: string, refusal: GrpcError): GrpcError =>
  /^[\t\x20-\x7e]*$/.test(stream) ? refusal : new GrpcError(Status.UNKNOWN, 'The name of the stream fits no trailer.')

export const streamDeleted = (stream: string): GrpcError =>
  about(
    stream,
    new GrpcError(Status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  )

export const wrongExpectedVersion = (stream: string, expected: number | bigint, actual: number): GrpcError =>
  about(
    stream,
    new GrpcError(
      Status.FAILED_PRECONDITION,
      `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
      {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': String(expected),
        'actual-version': String(actual),
      },
    ),
  )

export const maximumAppendSizeExceeded = (): GrpcError =>
  new GrpcError(Status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_SIZE} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_SIZE),
  })

export const missingMetadata = (): GrpcError =>
  new GrpcError(Status.INVALID_ARGUMENT, 'Required Metadata Property Missing', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  })

export const invalidArgument = (message: string): GrpcError => new GrpcError(Status.INVALID_ARGUMENT, message)

/** The disk took nothing: the write did not happen and may be tried again with the same ids. */
export const writeFailed = (): GrpcError =>
  new GrpcError(Status.UNAVAILABLE, 'The store does not accept writes at the moment.', { exception: 'write-failed' })

/** What reading an event of a request may throw, as a status. */
export const asAppendError = (fault: unknown): unknown =>
  fault instanceof MissingMetadataError ? missingMetadata() : fault

/** Where a client says nothing it must say: what the real server answers with UNKNOWN. */
export class MalformedRequestError extends Error {
  override name = 'MalformedRequestError'
}
