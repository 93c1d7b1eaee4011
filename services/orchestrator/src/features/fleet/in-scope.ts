import { isInScope, type KillScope } from '@mosaic/contracts/fleet'
import { isOver, type Roster } from '../../sessions/roster.ts'
import { scopedOf } from '../../sessions/scoped.ts'

/** Ids of the live sessions that a scope means. */
export function livingInScope(roster: Roster, workspaceId: string, scope: KillScope): string[] {
  const living = [...roster.entries()].filter(
    (entry) => entry.workspaceId === workspaceId && !isOver(entry) && isInScope(scope, scopedOf(roster, entry)),
  )
  return living.map(({ summary }) => summary.sessionId)
}
