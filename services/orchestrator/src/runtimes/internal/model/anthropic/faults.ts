import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk'

/** The stream ended, or rested too long, before the message was whole. */
export class StreamBrokenError extends Error {
  override readonly name = 'StreamBrokenError'
}

const passingTypes: ReadonlySet<string> = new Set([
  'overloaded_error',
  'api_error',
  'rate_limit_error',
  'timeout_error',
])

/** Whether the same request may succeed later: overload, rate limits, faults of the server, broken connections. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StreamBrokenError || error instanceof APIConnectionError) return true
  if (error instanceof APIUserAbortError) return false
  if (!(error instanceof APIError)) return isNetworkFault(error)
  const { status, type } = error
  if (type && passingTypes.has(type)) return true
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500
}

/** A connection that breaks in the middle of the stream comes as undici's plain `TypeError: terminated`. */
const isNetworkFault = (error: unknown) =>
  error instanceof Error &&
  (('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|UND_ERR_\w+)$/.test(error.code)) ||
    /terminated|socket|network|premature/i.test(error.message))

/** How long the server asks to wait, in milliseconds (RFC 9110 §10.2.3, seconds or a date). */
export function retryAfterMs(error: unknown, now: Date): number | undefined {
  if (!(error instanceof APIError)) return undefined
  const value = error.headers?.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** What people are told. The API's own sentence where there is one; never headers or keys. */
export function reasonOf(error: unknown): string {
  if (error instanceof APIConnectionError) return `the model's server cannot be reached: ${rootOf(error).message}`
  if (error instanceof APIError) {
    const said = error.apiMessage ?? error.message
    return error.status === undefined ? said : `${error.status}: ${said}`
  }
  return error instanceof Error ? error.message : String(error)
}

/** `fetch failed` and the like wrap what really happened. */
const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error)
