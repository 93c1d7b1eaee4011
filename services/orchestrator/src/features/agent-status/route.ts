import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { knownAgent } from '../known-agent.ts'

/** One agent's status. */
export function agentStatusRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.status, async ({ params, request }) => {
    const found = await knownAgent(deps, request, params.id)
    return found.ok ? ok(found.value.summary) : found
  })
}
