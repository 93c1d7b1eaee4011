import { err, ok } from '@mosaic/contracts/kernel'
import type { EndedSession, LiveSession } from '../../domain/agent-session/index.ts'
import type { Approve } from '../../git/index.ts'

/** Where nobody is left to look at a change, only what has been approved goes out. */
export function approvedBefore({
  spec,
  checks,
}: Pick<LiveSession | EndedSession, 'spec' | 'checks'>): Approve | undefined {
  if (!spec.quality) return undefined
  return async ({ tree }) => {
    if (checks.approved.includes(tree)) return ok(undefined)
    const message = 'what the branch holds has passed no quality gates'
    return err({ code: 'GATES_REJECTED', message })
  }
}
