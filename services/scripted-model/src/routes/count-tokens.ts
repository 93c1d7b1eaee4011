import type { FastifyPluginCallback } from 'fastify'
import { countTokensSchema } from '../api/request.ts'
import { inputTokens } from '../api/tokens.ts'
import { readRequest, scenarioOf } from './read-request.ts'

/** `POST /v1/messages/count_tokens`. */
export function countTokensRoute(): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/v1/messages/count_tokens',
      handler: async (request) => {
        const body = readRequest(countTokensSchema, request.body)
        await scenarioOf(body.model)
        return { input_tokens: inputTokens(body) }
      },
    })
    done()
  }
}
