import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { FleetCommand } from '../../domain/fleet/fleet.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** Nothing in scope is spawned any more, until somebody unfreezes. */
export function freezeRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.freeze, async ({ body: { scope, reason = null }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? change(deps, { type: 'FreezeFleet', scope, reason }, caller.value) : caller
  })
}

export function unfreezeRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.unfreeze, async ({ body: { reason = null }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? change(deps, { type: 'UnfreezeFleet', reason }, caller.value) : caller
  })
}

/** Freezing what is frozen changes nothing, nor does unfreezing what is not: `changed` says which it was. */
async function change({ commands }: FeatureDeps, command: FleetCommand, caller: Caller) {
  const handled = await inTime(commands.fleet(caller.workspaceId, command, caller))
  if (!handled.ok) return handled
  const { events, position } = handled.value
  return ok({ changed: events.length > 0, position })
}
