import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'

/** The workspace's agents under those that spawned them. */
export function agentTreeRoute(app: FastifyInstance, { supervisor, workspaceId }: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.tree, async ({ request }) => {
    const caller = readCaller(request, workspaceId)
    if (!caller.ok) return caller
    await inTime(supervisor.caughtUp)
    return ok({ roots: supervisor.roster.tree(caller.value.workspaceId) })
  })
}
