import type { LiveSession } from '../../domain/agent-session/index.ts'
import { isWorkBranch } from '../../git/index.ts'
import { worktreeAsked, worktreePlace } from './asked.ts'
import type { Run } from './run.ts'

export type GateBase = { readonly repository: string; readonly baseBranch: string; readonly baseCommit: string }

/**
 * Where a session's change begins. One that an agent has spawned on a branch of its own has the base of that agent:
 * nobody's own words decide what they have to pass.
 */
export function gateBaseOf({ deps }: Pick<Run, 'deps'>, session: LiveSession): GateBase | undefined {
  const { repository, baseBranch } = worktreeAsked(session.spec)
  const place = worktreePlace(session.place)
  if (!place) return undefined
  let base: GateBase = { repository, baseBranch, baseCommit: place.baseCommit }
  let parentId = session.spec.parentSessionId
  while (isWorkBranch(base.baseBranch) && parentId !== null) {
    const parent = deps.roster.get(parentId)?.session
    if (!parent?.baseCommit || !parent.baseBranch || parent.repository !== repository) break
    base = { repository, baseBranch: parent.baseBranch, baseCommit: parent.baseCommit }
    parentId = parent.parentSessionId
  }
  return base
}
