import type { KillAllAnswer } from '@mosaic/contracts/http'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { StoreUnavailableError, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'
import { sessionsInScope } from './in-scope.ts'

/** Kills every agent in scope: first the deed, then the request as one fact, then a receipt for each. */
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
    // Not before everybody stands still.
    const begun = Promise.withResolvers<void>()
    const requested = deps.sessions.untilRecorded(async () => {
      await begun.promise
      return deps.commands.fleet(context.workspaceId, command, context)
    })
    // The reaction to the request asks for the same kills, by the same ids: each happens once.
    const isContained = sessionIds.map((sessionId) => {
      const kill = { type: 'KillAgent', reason, killAllId } as const
      const killContext = { ...context, commandId: uuidv5(`${killAllId}/${sessionId}`) }
      return deps.sessions.contain(sessionId, { command: kill, context: killContext }, requested)
    })
    begun.resolve()
    try {
      const handled = await inTime(requested)
      if (!handled.ok) return handled
      const [event] = handled.value.events
      const hit = event?.type === 'KillAllRequested' ? event.data.sessionIds : sessionIds
      return ok({ killAllId, sessionIds: hit, position: handled.value.position })
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || !isContained.includes(true)) throw error
      return ok(accepted(deps, killAllId, sessionIds))
    }
  })
}

/** They stand still already; the record follows when the event store answers. */
function accepted({ sessions }: FeatureDeps, killAllId: string, sessionIds: string[]): KillAllAnswer {
  const positions = sessionIds.map((id) => BigInt(sessions.roster.get(id)?.session.position ?? 0))
  const last = positions.reduce((highest, each) => (each > highest ? each : highest), 0n)
  return { killAllId, sessionIds, position: String(last) }
}
