import { coordinatorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { workspaceOf } from './workspace-of.ts'

/** Somebody does not want a branch to land any more. */
export function removeLandingRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.removeLanding, async ({ params, body: { reason = null }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { id: queueId, landingId } = params
    if ((await inTime(workspaceOf(deps.store, queueId))) !== caller.value.workspaceId)
      return err({ code: 'LANDING_NOT_FOUND', message: 'there is no such merge queue' } as const)
    const command = { type: 'RemoveLanding', landingId, reason } as const
    const done = await inTime(deps.commands.mergeQueue(queueId, command, { correlationId: queueId, ...caller.value }))
    if (!done.ok) return done
    const { events, revision, position } = done.value
    return ok({ queueId, landingId, changed: events.length > 0, revision, position })
  })
}
