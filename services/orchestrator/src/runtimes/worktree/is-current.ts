import type { AgentSession } from '../../domain/agent-session/index.ts'
import type { HeldWorktree } from '../../git/index.ts'
import { worktreePlace } from './asked.ts'

type Placed = Pick<Exclude<AgentSession, { status: 'none' }>, 'place' | 'placedUnder'>

/**
 * Whether a worktree on this disk is the one that the session was given last, or an older one, out of date since the session
 * went on elsewhere. Two machines may have the same path; of the epochs each is one worker's alone.
 */
export function isCurrent({ path, epochs }: HeldWorktree, { place, placedUnder }: Placed): boolean {
  if (worktreePlace(place)?.worktree !== path) return false
  return placedUnder === null || epochs.length === 0 || epochs.includes(placedUnder)
}
