import type { Model, Tokens } from '../contract.ts'
import type { ProviderLimit } from './provider-limit.ts'
import type { Share } from './share-of.ts'

/** A model that is asked as much as its provider's limits allow. */
export const limitedModel = (model: Model, limit: ProviderLimit, limits: Share): Model => ({
  ...model,
  async reply(request, call) {
    await limit.enter(limits, call.signal)
    let took = 0
    try {
      const reply = await model.reply(request, call)
      took = counted(reply.tokens)
      return reply
    } finally {
      limit.leave(took)
    }
  },
})

/** What is read from a cache is hardly any work, and no provider counts it against its limits. */
const counted = (tokens: Tokens | null) =>
  tokens ? tokens.inputTokens + tokens.cacheWriteTokens + tokens.outputTokens : 0
