import type { Strike } from '@mosaic/contracts/fleet'
import type { InHand } from '../../killer/in-hand.ts'
import { isFresh, isMeant, noteFor } from '../../killer/meant.ts'
import { contextOf, killOf } from '../../sessions/kills.ts'
import { isOver } from '../../sessions/roster.ts'
import { scopedOf } from '../../sessions/scoped.ts'
import type { FeatureDeps } from '../deps.ts'
import { carryOut } from './carry-out.ts'
import { takeUpKills } from './take-up.ts'

type Deps = Pick<FeatureDeps, 'sessions' | 'clock' | 'leaveToUs'>

/**
 * Carries out a kill that was asked of the instance as far as it means sessions that run here, at once, as if it had been
 * asked for here: it comes into the log from here too, under the ids that it has in any case. Who runs none of them does
 * nothing. Without this they would hear of it from the log, behind all else that is in there.
 */
export function strikesHeard(deps: Deps, inHand: Pick<InHand, 'has'>): (strike: Strike) => void {
  return (asked) => {
    if (!isFresh(asked, deps.clock) || inHand.has(asked.commandId)) return
    deps.leaveToUs(asked.commandId)
    // Had it been carried out while this process stood still, it was asked for then.
    takeUpKills(deps)
    strikeHere(deps, asked)
  }
}

function strikeHere(deps: Deps, asked: Strike): void {
  const { sessions } = deps
  const { roster, ownerId } = sessions
  const meant = [...roster.entries()].filter(
    (entry) => !isOver(entry) && isMeant(asked, { ...scopedOf(roster, entry), workspaceId: entry.workspaceId }),
  )
  const here = meant.filter(({ claim }) => claim?.ownerId === ownerId).map(({ session }) => session.sessionId)
  if (here.length === 0) return
  const { target, ...request } = asked
  if (target.kind === 'session') {
    for (const sessionId of here) void sessions.contain(sessionId, killOf(noteFor(asked, sessionId)))
    return
  }
  const { killAllId, scope } = target
  const sessionIds = meant.map(({ session }) => session.sessionId)
  const note = { ...request, killAllId, scope, sessionIds }
  carryOut(deps, { note, context: contextOf(note) })
}
