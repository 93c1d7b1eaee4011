import type { Scoped } from '@mosaic/contracts/fleet'
import type { Roster, RosterEntry } from './roster.ts'

/** What kills and freezes of a scope ask of a session. */
export function scopedOf(
  roster: Pick<Roster, 'get'>,
  { summary, claim }: Pick<RosterEntry, 'summary' | 'claim'>,
): Scoped {
  const { sessionId, missionId, runtime, modelProvider, parentSessionId } = summary
  const workerId = claim?.ownerId ?? null
  return { sessionId, missionId, runtime, modelProvider, workerId, ancestors: above(roster, parentSessionId) }
}

/** All above a session, its parent first: they are known for as long as somebody of their mission lives. */
function above(roster: Pick<Roster, 'get'>, parentSessionId: string | null): string[] {
  if (parentSessionId === null) return []
  return [parentSessionId, ...above(roster, roster.get(parentSessionId)?.session.parentSessionId ?? null)]
}
