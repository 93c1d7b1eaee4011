import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'

/** All agents of the caller's workspace, newest first, from the orchestrator's own fold of the log. */
export function listAgentsRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.list, async ({ query, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    await inTime(deps.caughtUp())
    return ok({ items: deps.sessions.roster.list({ workspaceId: caller.value.workspaceId, status: query.status }) })
  })
}
