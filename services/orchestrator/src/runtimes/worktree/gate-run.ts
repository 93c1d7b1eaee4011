import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { type CommitTrial, tryCommit } from '../../gates/index.ts'
import { type GateBase, gateBaseOf } from './gate-base.ts'
import type { Run } from './run.ts'

/** What is to be known to run gates on a commit of a session: what its base states, and what is to be tried. */
export async function gateRunOf(
  run: Run,
  session: LiveSession,
  commit: string,
): Promise<Result<GateBase & CommitTrial, string>> {
  const { deps, workspaceId, journal, halted: signal } = run
  const base = gateBaseOf(run, session)
  if (!base) return err('the session has no worktree')
  const provider = () => {
    const found = deps.sandboxes.find(({ kind }) => kind === run.workplace?.sandbox.kind)
    if (!found) throw new Error('the session has no sandbox')
    return found
  }
  const { sessionId, startedAtPosition: asOf } = journal
  const trial = await tryCommit(deps, { ...base, sessionId, workspaceId, commit, asOf, provider, signal })
  return trial.ok ? ok({ ...base, ...trial.value }) : trial
}
