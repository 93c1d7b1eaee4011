import { coordinatorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import type { QueueCommand } from '../domain/queue/queue.ts'

/** A workspace's queue stands still, or goes on. */
export function queueRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.pauseQueue, ({ body: { reason = null }, request }) =>
    change(deps, { type: 'PauseQueue', reason }, request),
  )
  addRoute(app, coordinatorRoutes.resumeQueue, ({ request }) => change(deps, { type: 'ResumeQueue' }, request))
}

async function change(deps: FeatureDeps, command: QueueCommand, request: FastifyRequest) {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const done = await inTime(deps.commands.queue(caller.value.workspaceId, command, caller.value))
  if (!done.ok) return done
  const { events, position } = done.value
  return ok({ changed: events.length > 0, position })
}
