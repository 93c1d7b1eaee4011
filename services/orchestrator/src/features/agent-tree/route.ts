import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** The workspace's agents under those that spawned them. */
export function agentTreeRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.tree, async ({ request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    await inTime(deps.caughtUp())
    return ok({ roots: deps.sessions.roster.tree(caller.value.workspaceId) })
  })
}
