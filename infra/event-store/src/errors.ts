import { ErrorType, isCommandError } from '@eventstore/db-client'

/** The event store did not answer in time or is not there. Whether an append got through is unknown: repeat it with the same command id. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError'
}

/** An event that its own schema refuses. Nothing was written. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError'
  readonly type: string
  /** Where it does not parse, for instance `data.usage.inputTokens`. */
  readonly field: string

  constructor(type: string, field: string, reason: string) {
    super(`${type} was not written: ${field}: ${reason}`)
    this.type = type
    this.field = field
  }
}

const passing: ReadonlySet<string> = new Set([
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
  // Its own trouble, for instance a full disk: nothing was wrong with what it was asked for.
  ErrorType.UNKNOWN,
])

/** gRPC code 14 (UNAVAILABLE) and the plain connection errors that the client lets through unconverted. */
const isConnectionError = (error: Error) =>
  ('code' in error && (error.code === 14 || error.code === 1)) ||
  /ECONN|ENOTFOUND|discover|GOAWAY|connection (dropped|closed)/i.test(error.message)

/** Turns the client's errors into ours; anything else is answered as it is. */
export function toStoreError(error: unknown): Error {
  const fault = error instanceof Error ? error : new Error(String(error))
  if (fault instanceof StoreUnavailableError) return fault
  if (isCommandError(fault) && fault.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
    const most = `the event store takes ${fault.maxAppendSize} bytes at once, it has more`
    return new InvalidEventError('what happened', 'data', most)
  }
  const unavailable = isCommandError(fault) ? passing.has(fault.type) : isConnectionError(fault)
  if (!unavailable) return fault
  const isItsOwn = isCommandError(fault) && fault.type === ErrorType.UNKNOWN
  const message = isItsOwn
    ? `the event store cannot do it now: ${fault.message || 'it does not say why'}`
    : 'the event store does not answer'
  return new StoreUnavailableError(message, { cause: fault })
}

/** Rejects with `StoreUnavailableError` when the work takes longer than so many milliseconds. */
export async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailableError(`the event store did not answer within ${milliseconds} ms`)),
      milliseconds,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
