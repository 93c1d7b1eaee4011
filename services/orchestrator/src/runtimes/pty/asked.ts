import type { Spec } from '../../domain/agent-session/index.ts'
import { SessionFailure } from '../worktree/index.ts'

/** What a session's terminal is to be begun with. */
export function commandAsked({ runtime }: Spec): string {
  if (!('command' in runtime) || runtime.command === undefined) {
    throw new SessionFailure('INTERNAL', `the session is to be run by ${runtime.kind}`)
  }
  return runtime.command
}
