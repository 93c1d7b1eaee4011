import { setTimeout as wait } from 'node:timers/promises'
import { type KillAllAnswer, orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime, StoreUnavailableError, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { carryOut } from './carry-out.ts'
import { livingInScope } from './in-scope.ts'
import { takeUpKills } from './take-up.ts'

/** How long the answer waits for the end of all; who lives then is named in it. In milliseconds. */
const endMs = 10_000
const lookEveryMs = 20

/**
 * Kills every agent in scope and lets no new one come up: first the deed, then freeze and request as one write, then a
 * receipt for each. Answered when nobody of them lives any more, or with those of whom that is not known yet.
 */
export function killAllRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.killAll, async ({ body: { scope, reason = null }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    await inTime(deps.caughtUp())
    const context = caller.value
    const { commandId, workspaceId, actor } = context
    const killAllId = uuidv5(`${commandId}/kill-all`)
    const living = () => livingInScope(deps.sessions.roster, workspaceId, scope)
    const sessionIds = living()
    const requestedAt = context.occurredAt.toISOString()
    const note = { commandId, workspaceId, actor, reason, requestedAt, killAllId, scope, sessionIds }
    deps.leaveToUs(commandId)
    const target = { kind: 'scope', killAllId, scope } as const
    deps.tellOthers({ commandId, workspaceId, actor, reason, requestedAt, target })
    // Had it been carried out while this process stood still, it was asked for then.
    takeUpKills(deps)
    const { recorded, proved } = carryOut(deps, { note, context })
    try {
      const handled = await inTime(recorded)
      if (!handled.ok) return handled
      const { events, position } = handled.value
      const event = events.find(({ type }) => type === 'KillAllRequested')
      const hit = new Set(event?.type === 'KillAllRequested' ? event.data.sessionIds : sessionIds)
      const isComplete = () => deps.killAlls.isComplete(killAllId, position) && living().length === 0
      await untilEnded(deps, isComplete, () => living().forEach((id) => hit.add(id)))
      return ok({ killAllId, sessionIds: [...hit], unconfirmed: living(), recorded: true, position })
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      const unconfirmed = sessionIds.filter((id) => !proved.has(id))
      return ok({ killAllId, sessionIds, unconfirmed, recorded: false, position: lastKnown(deps, sessionIds) })
    }
  })
}

/** Spawns that are under way come first: they are hit as well. */
async function untilEnded({ admission }: FeatureDeps, isComplete: () => boolean, look: () => void): Promise<void> {
  const until = performance.now() + endMs
  await Promise.race([admission.settled(), wait(endMs)])
  do {
    look()
    if (isComplete()) return
    await wait(lookEveryMs)
  } while (performance.now() < until)
}

/** They stand still already; the record follows when the event store answers. */
function lastKnown({ sessions }: FeatureDeps, sessionIds: readonly string[]): KillAllAnswer['position'] {
  const positions = sessionIds.map((id) => BigInt(sessions.roster.get(id)?.session.position ?? 0))
  return String(positions.reduce((highest, each) => (each > highest ? each : highest), 0n))
}
