import { GitFault } from '../../git/index.ts'
import type { ToolSession } from '../../tools/index.ts'
import { isInterrupted } from '../claimed-run.ts'
import type { Activity, Run } from './run.ts'

type Waiting = {
  /** Aborted once nobody waits for what the tool answers. */
  readonly gone?: AbortSignal
  /** What the run is at once it does not wait any more. */
  readonly then?: Activity
}

/** A run as its tools see it. */
export const toolSessionOf = (run: Run, { gone, then = 'busy' }: Waiting = {}): ToolSession => ({
  sessionId: run.journal.sessionId,
  workspaceId: run.workspaceId,
  roster: run.deps.roster,
  clock: run.deps.clock,
  get state() {
    return run.journal.session
  },
  get isInterrupted() {
    return isInterrupted(run) || gone?.aborted === true
  },
  get knowsOfChanges() {
    return run.journal.transcript.knowsOfChanges
  },
  changedFiles: () => changedFiles(run),
  answerTo: (questionId) => run.journal.transcript.answerTo(questionId),
  record: (command) => run.record(command),
  // Nothing of the agent moves while it waits for somebody: a pause is true at once.
  async wait(predicate, limits) {
    run.activity = 'idle'
    const until = () => run.until(predicate, gone ? { ...limits, also: (check) => onAbort(gone, check) } : limits)
    try {
      if (!limits.anySession) return await until()
      return await run.deps.whileWaiting(run.journal.sessionId, until)
    } finally {
      run.activity = then
    }
  },
  spawnChild: (request) => run.deps.spawnChild(request),
})

function onAbort(signal: AbortSignal, check: () => void): () => void {
  signal.addEventListener('abort', check)
  return () => signal.removeEventListener('abort', check)
}

/** Where git cannot say it now, the end of the session looks again. */
async function changedFiles({ workplace, deps, journal }: Run): Promise<readonly string[]> {
  if (!workplace) return []
  try {
    return await deps.git.changedFiles(workplace.worktree, workplace.sandbox)
  } catch (error) {
    if (!(error instanceof GitFault)) throw error
    deps.logger.warn({ sessionId: journal.sessionId, err: error }, 'what has changed cannot be looked at')
    return []
  }
}
