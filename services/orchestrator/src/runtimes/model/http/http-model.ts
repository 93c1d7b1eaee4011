import { systemClock } from '@mosaic/contracts/kernel'
import type { Model, ModelLimits } from '../contract.ts'
import type { CheckModel } from './check-model.ts'
import type { Dialect } from './dialect.ts'
import { faultOf } from './faults.ts'
import { Patience } from './patience.ts'
import { post, type Server } from './post.ts'
import { readReply } from './read-reply.ts'

export type ServerSettings = {
  /** Who is asked, as people know it. */
  readonly gateway: string
  readonly apiKey: string | null
  /** The maker's own when there is none. */
  readonly baseUrl: string | undefined
  readonly limits: ModelLimits
  readonly contextTokens?: number | undefined
  /** Without one, every name is taken to be a model. */
  readonly check: CheckModel | undefined
}

/** Models behind a server that speaks a dialect. */
export function createHttpModel(dialect: Dialect, settings: ServerSettings): Model {
  const { gateway, apiKey, baseUrl, limits, contextTokens, check } = settings
  const server: Server = {
    address: baseUrl ?? dialect.maker.url,
    prefix: dialect.prefix,
    headers: dialect.headers(apiKey),
  }
  const asked = { maximumTokens: limits.maximumTokens, contextTokens, isMaker: baseUrl === undefined }
  return {
    check: async (name) =>
      check?.(async (model, signal) => (await post(server, dialect.lookUp(model), signal)).body?.cancel(), name),
    async reply(request, { signal, onDelta }) {
      const patience = new Patience(limits, signal)
      try {
        const response = await post(server, dialect.question(request, asked), patience.signal)
        return await readReply(response, { read: dialect.reader(), onDelta, heard: () => patience.heard() })
      } catch (error) {
        signal.throwIfAborted()
        throw faultOf(patience.lost ?? error, gateway, systemClock.now())
      } finally {
        patience.end()
      }
    },
  }
}
