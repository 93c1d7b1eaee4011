import type { FastifyPluginCallback } from 'fastify'
import { modelPrefix, shippedScenarios } from '../scenario/load.ts'
import { scenarioOf } from './read-request.ts'

/**
 * `GET /v1/models` lists the shipped scenarios. `GET /v1/models/:id` takes any model name, also a path, and answers 404
 * or 400 with the reason when it cannot be played: the way to refuse a name before an agent is started with it.
 */
export function modelsRoutes(): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/v1/models', async () => {
      const ids = (await shippedScenarios()).map((name) => modelPrefix + name)
      const data = await Promise.all(ids.map(describe))
      return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
    })
    app.get<{ Params: { id: string } }>('/v1/models/:id', async ({ params }) => describe(params.id))
    done()
  }
}

async function describe(id: string) {
  const { description } = await scenarioOf(id)
  return {
    type: 'model',
    id,
    display_name: description,
    created_at: '1970-01-01T00:00:00Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    capabilities: null,
    line: null,
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
  }
}
