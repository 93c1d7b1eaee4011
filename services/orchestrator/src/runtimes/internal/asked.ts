import type { InternalRuntime } from '@mosaic/contracts/agent-session'
import type { Spec } from '../../domain/agent-session/index.ts'
import { SessionFailure } from '../worktree/index.ts'

/** How a session of this runtime is run. */
export function runtimeAsked({ runtime }: Spec): InternalRuntime {
  if ('maxTurns' in runtime) return runtime
  throw new SessionFailure('INTERNAL', `the session is to be run by ${runtime.kind}`)
}
