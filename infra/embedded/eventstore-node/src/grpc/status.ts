import { CorruptStoreError } from '../storage/corruption.ts'

/** gRPC status codes (grpc.io, "Status codes and their use in gRPC"). */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const

export type StatusCode = (typeof Status)[keyof typeof Status]

/** How a call ends other than well; the trailers are what EventStoreDB clients read their error types from. */
export class GrpcError extends Error {
  override name = 'GrpcError'
  readonly code: StatusCode
  readonly trailers: Readonly<Record<string, string>>

  constructor(code: StatusCode, message: string, trailers: Record<string, string> = {}) {
    super(message)
    this.code = code
    this.trailers = trailers
  }
}

/** Any fault as a status: what nobody foresaw is UNKNOWN, as Kestrel answers it. */
export function toGrpcError(fault: unknown): GrpcError {
  if (fault instanceof GrpcError) return fault
  if (fault instanceof CorruptStoreError)
    return new GrpcError(Status.DATA_LOSS, `The store is damaged: ${fault.message}`)
  return new GrpcError(Status.UNKNOWN, 'Exception was thrown by handler.')
}

const encoded = (character: string) => encodeURIComponent(character.isWellFormed() ? character : '\ufffd')

/** `grpc-message` as gRPC wants it: percent-encoded where it is not ASCII, and the percent sign itself. */
export const messageSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]|%/gu, encoded)

/** Any other trailer goes out as it is; what HTTP does not allow in it is percent-encoded. */
export const trailerSafe = (text: string): string => text.replaceAll(/[^\t\x20-\x7e]/gu, encoded)
