import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { requestKillAll, sessionsInScope } from '../../process-manager/kill-alls.ts'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'

/** Kills every agent in scope: the request is one fact, each kill a receipt of its own. */
export function killAllRoute(app: FastifyInstance, { store, supervisor, workspaceId }: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.killAll, async ({ body, request }) => {
    const caller = readCaller(request, workspaceId)
    if (!caller.ok) return caller
    await inTime(supervisor.caughtUp)
    const context = caller.value
    const killAllId = uuidv5(`${context.commandId}/kill-all`)
    const reason = body.reason ?? null
    const sessionIds = sessionsInScope(supervisor.roster, context.workspaceId, body.scope)
    const command = { type: 'KillAll', killAllId, scope: body.scope, reason, sessionIds } as const
    const handled = await inTime(requestKillAll(store, command, context))
    if (!handled.ok) return handled
    const [requested] = handled.value.events
    const hit = requested?.type === 'KillAllRequested' ? requested.data.sessionIds : sessionIds
    const { occurredAt: requestedAt } = context
    supervisor.killAllRequested({ killAllId, workspaceId: context.workspaceId, sessionIds: hit, reason, requestedAt })
    return ok({ killAllId, sessionIds: hit, position: handled.value.position })
  })
}
