import { contextOf } from '../../sessions/kills.ts'
import type { FeatureDeps } from '../deps.ts'
import { carryOut } from './carry-out.ts'
import { livingInScope } from './in-scope.ts'

/**
 * Takes up what the killer has carried out while this process stood still: whom it has hit does nothing more, and the log
 * comes to have it in its order, a kill-all before its kills. Whoever has come up in its scope since is hit as well.
 */
export function takeUpKills(deps: Pick<FeatureDeps, 'sessions'>): void {
  const { sessions } = deps
  const { killAlls, kills } = sessions.struck()
  const recorded = new Map<string | null, Promise<unknown>>()
  for (const note of killAlls) {
    const { workspaceId, scope, killAllId } = note
    const sessionIds = [...new Set([...note.sessionIds, ...livingInScope(sessions.roster, workspaceId, scope)])]
    const struck = { note: { ...note, sessionIds }, context: contextOf(note) }
    recorded.set(killAllId, carryOut(deps, struck).recorded)
  }
  for (const { sessionId, note } of kills) sessions.takeUp(sessionId, note, recorded.get(note.killAllId))
}
