import type { BudgetScope } from '@mosaic/contracts/budget'
import type { Spec } from '../domain/agent-session/index.ts'
import type { Roster } from '../sessions/roster.ts'

type Member = Pick<Spec, 'sessionId' | 'parentSessionId' | 'taskId' | 'missionId' | 'reviews'>

/**
 * For whom a session spends, the narrowest first: itself, whoever spawned it or is reviewed by it, and so on up; their
 * tasks and missions; the workspace. Children count for their parents, also once these have ended.
 */
export function scopesOf(session: Member, workspaceId: string, roster: Pick<Roster, 'get'>): BudgetScope[] {
  const line = lineOf(session, roster)
  const all: BudgetScope[] = [
    ...line.map(({ sessionId }) => ({ kind: 'session' as const, id: sessionId })),
    ...unique(line.map(({ taskId }) => taskId)).map((id) => ({ kind: 'task' as const, id })),
    ...unique(line.map(({ missionId }) => missionId)).map((id) => ({ kind: 'mission' as const, id })),
    { kind: 'workspace', id: workspaceId },
  ]
  return all
}

const unique = (ids: readonly string[]) => [...new Set(ids)]

function lineOf(session: Member, roster: Pick<Roster, 'get'>): Member[] {
  const line: Member[] = []
  for (let member: Member | undefined = session; member; ) {
    line.push(member)
    const above: string | undefined = member.parentSessionId ?? member.reviews?.sessionId
    const isKnown = line.some(({ sessionId }) => sessionId === above)
    member = above === undefined || isKnown ? undefined : roster.get(above)?.session
  }
  return line
}
