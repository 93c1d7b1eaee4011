import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, newId, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { endedTask, planSpawn } from './plan.ts'

/** Whether a spawn would be refused as it stands: all that is looked at before one begins, and nothing is begun. */
export function checkSpawnRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.checkSpawn, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const plan = await planSpawn(deps, body, { workspaceId, sessionId: newId() })
    if (!plan.ok) return plan
    const ended = await endedTask(deps, body.taskId)
    return ended ? err(ended) : ok({ ok: true as const })
  })
}
