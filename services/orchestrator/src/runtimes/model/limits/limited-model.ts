import type { Model, Tokens } from '../contract.ts'
import { entered } from './entered.ts'
import type { ProviderLimit } from './provider-limit.ts'
import type { Share } from './share-of.ts'

/** A model that is asked as much as its provider's limits allow. */
export const limitedModel = (model: Model, limit: ProviderLimit, limits: Share): Model => ({
  ...model,
  async reply(request, call) {
    const place = await entered(limit, limits, call.signal)
    let took: Tokens | null = null
    try {
      const reply = await model.reply(request, call)
      took = reply.tokens
      return reply
    } finally {
      place.leave(took)
    }
  },
})
