import type { InternalRuntime, Workplace } from '@mosaic/contracts/agent-session'
import type { Place, Spec } from '../../domain/agent-session/index.ts'
import { SessionFailure } from './session-failure.ts'

export type WorktreePlace = Extract<Place, { kind: 'worktree' }>
export type WorktreeAsked = Extract<Workplace, { kind: 'worktree' }>

/** What was asked for of a session that works in a worktree of ours, as every session of this runtime does. */
export function worktreeAsked({ workplace }: Spec): WorktreeAsked {
  if (workplace.kind === 'worktree') return workplace
  throw new SessionFailure('WORKTREE_FAILED', 'this runtime works in a worktree, and the session asks for none')
}

/** How a session of this runtime is run. */
export function runtimeAsked({ runtime }: Spec): InternalRuntime {
  if ('maxTurns' in runtime) return runtime
  throw new SessionFailure('INTERNAL', `the session is to be run by ${runtime.kind}`)
}

export const worktreePlace = (place: Place | null): WorktreePlace | null => (place?.kind === 'worktree' ? place : null)
