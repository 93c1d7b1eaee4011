import type { KillScope } from '@mosaic/contracts/fleet'
import { isOver, type Roster } from '../../sessions/roster.ts'

/** Ids of the live sessions that a scope means. */
export function sessionsInScope(roster: Roster, workspaceId: string, scope: KillScope): string[] {
  const inScope = [...roster.entries()].filter(
    (entry) =>
      entry.workspaceId === workspaceId &&
      !isOver(entry) &&
      (scope.kind === 'all' ||
        (scope.kind === 'internal'
          ? entry.summary.runtime === 'internal'
          : entry.summary.modelProvider === scope.modelProvider)),
  )
  return inScope.map(({ summary }) => summary.sessionId)
}
