import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'
import { sessionsInScope } from './in-scope.ts'

/** Kills every agent in scope: the request is one fact, each kill a receipt of its own. */
export function killAllRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.killAll, async ({ body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    await inTime(deps.caughtUp())
    const context = caller.value
    const killAllId = uuidv5(`${context.commandId}/kill-all`)
    const reason = body.reason ?? null
    const sessionIds = sessionsInScope(deps.sessions.roster, context.workspaceId, body.scope)
    const command = { type: 'KillAll', killAllId, scope: body.scope, reason, sessionIds } as const
    const handled = await inTime(deps.commands.fleet(context.workspaceId, command, context))
    if (!handled.ok) return handled
    const [requested] = handled.value.events
    const hit = requested?.type === 'KillAllRequested' ? requested.data.sessionIds : sessionIds
    return ok({ killAllId, sessionIds: hit, position: handled.value.position })
  })
}
