import { Anthropic, APIConnectionError } from '@anthropic-ai/sdk'
import { systemClock } from '@mosaic/contracts/kernel'
import { pauseAfter } from '@mosaic/runtime'
import {
  type Model,
  ModelError,
  type ModelLimits,
  type ModelRequest,
  type Reply,
  type ReplyObserver,
} from '../contract.ts'
import type { CheckModel } from './check-model.ts'
import { isPassing, reasonOf, retryAfterMs, StreamBrokenError } from './faults.ts'
import { ReplyFold } from './reply.ts'
import { toApiRequest } from './request.ts'

export type AnthropicSettings = {
  readonly apiKey: string
  /** Of a server that speaks the Messages API; Anthropic's own when there is none. */
  readonly baseUrl: string | undefined
  readonly limits: ModelLimits
  /** Without one, every name is taken to be a model. */
  readonly check: CheckModel | undefined
}

/** Models behind Anthropic's Messages API, whoever serves it. */
export function createAnthropicModel({ apiKey, baseUrl, limits, check }: AnthropicSettings): Model {
  const client = new Anthropic({ apiKey, authToken: null, baseURL: baseUrl ?? null, maxRetries: 0, logLevel: 'off' })
  return {
    check: async (name) => check?.(client, name),
    reply: (request, call) => reply(client, request, { ...call, limits }),
  }
}

type Call = { readonly limits: ModelLimits; readonly signal: AbortSignal; readonly observer: ReplyObserver }

/** Half of a pause is random, so that a fleet that was turned away together does not come back together. */
const pauses = { firstMs: 500, longestMs: 30_000, spread: 0.5 }

/**
 * Overload, rate limits, server faults and broken connections are retried with exponential back-off (or when the
 * server says) within `patienceMs`.
 */
async function reply(client: Anthropic, request: ModelRequest, call: Call): Promise<Reply> {
  const { limits, signal, observer } = call
  const startedAt = performance.now()
  for (let failures = 1; ; failures++) {
    try {
      observer.attempt()
      return await attemptCall(client, request, call)
    } catch (error) {
      observer.broken()
      signal.throwIfAborted()
      if (!isPassing(error)) throw new ModelError('MODEL_REFUSED', reasonOf(error), { cause: error })
      const delayMs = retryAfterMs(error, systemClock.now()) ?? pauseAfter(failures, pauses)
      const patienceMs = error instanceof APIConnectionError ? limits.unreachableMs : limits.patienceMs
      if (performance.now() - startedAt + delayMs >= patienceMs)
        throw new ModelError('MODEL_UNREACHABLE', reasonOf(error), { cause: error })
      await observer.retry(reasonOf(error), delayMs)
    }
  }
}

async function attemptCall(
  client: Anthropic,
  request: ModelRequest,
  { limits, signal, observer }: Call,
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
