import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { answerErrors } from '../api/answer-errors.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { gemini } from '../dialects/gemini.ts'
import { ollama } from '../dialects/ollama.ts'
import { modelPrefix, shippedScenarios } from '../scenario/load.ts'
import { parseBody, scenarioOf } from './read-request.ts'

/**
 * `GET /v1/models` lists the shipped scenarios. `GET /v1/models/:id` takes any model name, also a path, and answers 404
 * or 400 with the reason when it cannot be played: the way to refuse a name before an agent is started with it. Both are in
 * Anthropic's words and in OpenAI's; Ollama's and Gemini's have routes of their own for a model.
 */
export function modelsRoutes(): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/v1/models', async () => {
      const ids = (await shippedScenarios()).map((name) => modelPrefix + name)
      const data = await Promise.all(ids.map(describe))
      return { object: 'list', data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
    })
    app.get<{ Params: { id: string } }>('/v1/models/:id', async ({ params }) => describe(params.id))
    app.register(
      lookUpRoute(ollama, { method: 'POST', url: '/api/show', modelOf: ({ body }) => parseBody(named, body).model }),
    )
    app.register(
      lookUpRoute(gemini, {
        method: 'GET',
        url: '/v1beta/models/:id',
        modelOf: ({ params }) => parseBody(byId, params).id,
      }),
    )
    done()
  }
}

const named = z.looseObject({ model: z.string() })
const byId = z.looseObject({ id: z.string() })

type LookUp = { method: 'GET' | 'POST'; url: string; modelOf: (request: FastifyRequest) => string }

function lookUpRoute(dialect: Dialect, { method, url, modelOf }: LookUp): FastifyPluginCallback {
  return (app, _options, done) => {
    answerErrors(app, dialect)
    app.route({
      method,
      url,
      handler: async (request) => {
        const model = modelOf(request)
        const { description } = await scenarioOf(model)
        return { name: `models/${model}`, displayName: description, details: {}, capabilities: ['completion', 'tools'] }
      },
    })
    done()
  }
}

async function describe(id: string) {
  const { description } = await scenarioOf(id)
  return {
    type: 'model',
    object: 'model',
    id,
    display_name: description,
    created_at: '1970-01-01T00:00:00Z',
    created: 0,
    owned_by: 'mosaic',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    capabilities: null,
    line: null,
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
  }
}
