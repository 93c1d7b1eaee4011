import { type Anthropic, APIConnectionError } from '@anthropic-ai/sdk'
import type { Delta } from './live-frames.ts'
import { isPassing, ModelError, reasonOf, retryAfterMs, StreamBrokenError } from './model-error.ts'
import { type Reply, ReplyFold } from './reply.ts'
import { type ModelRequest, toApiRequest } from './request.ts'

export type ModelLimits = {
  /** Output tokens of one message. */
  readonly maximumTokens: number
  /** Longest silence within a stream, in milliseconds; the connection's beginning included. */
  readonly silenceMs: number
  /** How long one message is tried for while the server turns us away, waits included, in milliseconds. */
  readonly patienceMs: number
  /** The same while there is no server to be reached at all. */
  readonly unreachableMs: number
}

export const defaultModelLimits: ModelLimits = {
  maximumTokens: 32_000,
  silenceMs: 120_000,
  patienceMs: 180_000,
  unreachableMs: 45_000,
}

export type CallObserver = {
  /** An attempt begins; deltas of an earlier one are void. */
  attempt(): void
  delta(delta: Delta): void
  /** The attempt came to nothing. */
  broken(): void
  /** It is tried again once this has waited so many milliseconds; what it throws ends the call. */
  retry(reason: string, delayMs: number): Promise<void>
}

const firstDelayMs = 500
const longestDelayMs = 30_000

/**
 * Asks the model for its next message. Overload, rate limits, server faults and broken connections are retried with
 * exponential back-off (or when the server says) within `patienceMs`.
 * @throws ModelError; the signal's reason when it is aborted
 */
export async function callModel(
  client: Anthropic,
  request: ModelRequest,
  { limits, signal, observer }: { limits: ModelLimits; signal: AbortSignal; observer: CallObserver },
): Promise<Reply> {
  const startedAt = performance.now()
  for (let attempt = 0; ; attempt++) {
    try {
      observer.attempt()
      return await attemptCall(client, request, { limits, signal, observer })
    } catch (error) {
      observer.broken()
      signal.throwIfAborted()
      if (!isPassing(error)) throw new ModelError('MODEL_REFUSED', reasonOf(error), { cause: error })
      const delayMs = retryAfterMs(error, new Date()) ?? backOff(attempt)
      const patienceMs = error instanceof APIConnectionError ? limits.unreachableMs : limits.patienceMs
      if (performance.now() - startedAt + delayMs >= patienceMs)
        throw new ModelError('MODEL_UNREACHABLE', reasonOf(error), { cause: error })
      await observer.retry(reasonOf(error), delayMs)
    }
  }
}

/** Half of it is random, so that a fleet that was turned away together does not come back together. */
const backOff = (attempt: number) => Math.min(firstDelayMs * 2 ** attempt, longestDelayMs) * (0.5 + Math.random() / 2)

async function attemptCall(
  client: Anthropic,
  request: ModelRequest,
  { limits, signal, observer }: { limits: ModelLimits; signal: AbortSignal; observer: CallObserver },
): Promise<Reply> {
  const silence = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), limits.silenceMs)
  }
  const fold = new ReplyFold()
  try {
    heard()
    const stream = await client.messages.create(toApiRequest(request, limits.maximumTokens), {
      signal: AbortSignal.any([signal, silence.signal]),
      maxRetries: 0,
      timeout: limits.silenceMs,
    })
    for await (const event of stream) {
      heard()
      const delta = fold.apply(event)
      if (delta) observer.delta(delta)
    }
    // The SDK ends the iteration without an error when it was aborted.
    signal.throwIfAborted()
    const reply = fold.finished()
    if (!reply) throw new StreamBrokenError(silence.signal.aborted ? 'the model went silent' : 'the stream broke off')
    return reply
  } catch (error) {
    if (silence.signal.aborted) throw new StreamBrokenError('the model went silent', { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
  }
}
