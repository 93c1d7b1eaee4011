import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { workOf } from '../agent-work/branch-of.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** Whether what branches come to passes its gates. */
export function checkStackRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.checkStack, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const work = await inTime(workOf(deps, body.sessionId, caller.value))
    if (!work.ok) return work
    const { taskId } = work.value.session.spec
    const { workspaceId } = caller.value
    const verdict = await deps.landings.checks.ask({ ...body, workspaceId, taskId })
    if (!verdict.ok)
      return err({ code: 'COORDINATOR_UNAVAILABLE', message: `nothing can be decided: ${verdict.error}` })
    return ok({ approved: verdict.value?.approved ?? null, gates: verdict.value?.gates ?? [] })
  })
}
