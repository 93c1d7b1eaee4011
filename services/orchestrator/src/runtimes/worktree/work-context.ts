import type { WorkContext } from '../../tools/index.ts'
import { approverOf } from './quality.ts'
import type { Run, Workplace } from './run.ts'
import { trailersOf } from './trailers.ts'

/** What a tool has to work with that works in the sandbox of a run, or on its worktree. */
export function workContextOf(run: Run, workplace: Workplace, callId: string): WorkContext {
  const { deps, journal, halted: signal } = run
  const { sessionId, session } = journal
  return {
    callId,
    sessionId,
    trailers: trailersOf(run),
    allowedSecrets: session.status === 'none' ? [] : session.work.allowed,
    secretRules: run.secretRules,
    approve: approverOf(run),
    git: deps.git,
    signal,
    ...workplace,
  }
}
