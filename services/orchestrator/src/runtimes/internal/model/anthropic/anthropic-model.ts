import { Anthropic } from '@anthropic-ai/sdk'
import { systemClock } from '@mosaic/contracts/kernel'
import type { Call, Model, ModelLimits, ModelRequest, Reply } from '../contract.ts'
import { Patience } from './patience.ts'
import type { CheckModel } from './check-model.ts'
import { faultOf } from './faults.ts'
import { readReply } from './read-reply.ts'
import { toApiRequest } from './request.ts'

export type AnthropicSettings = {
  /** Who is asked, as people know it. */
  readonly gateway: string
  readonly apiKey: string
  /** Of a server that speaks the Messages API; Anthropic's own when there is none. */
  readonly baseUrl: string | undefined
  readonly limits: ModelLimits
  /** Without one, every name is taken to be a model. */
  readonly check: CheckModel | undefined
}

/** Models behind Anthropic's Messages API, whoever serves it. */
export function createAnthropicModel({ gateway, apiKey, baseUrl, limits, check }: AnthropicSettings): Model {
  const client = new Anthropic({ apiKey, authToken: null, baseURL: baseUrl ?? null, maxRetries: 0, logLevel: 'off' })
  return {
    check: async (name) => check?.(client, name),
    async reply(request, call) {
      const patience = new Patience(limits, call.signal)
      try {
        return await ask(client, request, { ...call, limits, patience })
      } catch (error) {
        call.signal.throwIfAborted()
        throw faultOf(patience.lost ?? error, gateway, systemClock.now())
      } finally {
        patience.end()
      }
    },
  }
}

type Asking = Call & { readonly limits: ModelLimits; readonly patience: Patience }

async function ask(client: Anthropic, request: ModelRequest, { limits, patience, onDelta }: Asking): Promise<Reply> {
  // The SDK does not say when nothing comes after the headers, nor what it is that comes: the body is read here.
  const response = await client.messages
    .create(toApiRequest(request, limits.maximumTokens), {
      signal: patience.signal,
      maxRetries: 0,
      // Told by `patience` first, in its own words.
      timeout: 2 * limits.firstByteMs,
    })
    .asResponse()
  return readReply(response, { onDelta, heard: () => patience.heard() })
}
