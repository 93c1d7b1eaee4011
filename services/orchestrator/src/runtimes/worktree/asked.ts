import type { Workplace } from '@mosaic/contracts/agent-session'
import type { Place, Spec } from '../../domain/agent-session/index.ts'
import { SessionFailure } from './session-failure.ts'

export type WorktreePlace = Extract<Place, { kind: 'worktree' }>
export type WorktreeAsked = Extract<Workplace, { kind: 'worktree' }>

/** What was asked for of a session that works in a worktree of ours. */
export function worktreeAsked({ workplace }: Spec): WorktreeAsked {
  if (workplace.kind === 'worktree') return workplace
  throw new SessionFailure('WORKTREE_FAILED', 'this runtime works in a worktree, and the session asks for none')
}

export const worktreePlace = (place: Place | null): WorktreePlace | null => (place?.kind === 'worktree' ? place : null)
