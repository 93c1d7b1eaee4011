import type { ToolSession } from '../../tools/index.ts'
import { isInterrupted } from '../claimed-run.ts'
import type { Run } from './run.ts'

/** A run as its tools see it. */
export const toolSessionOf = (run: Run): ToolSession => ({
  sessionId: run.journal.sessionId,
  workspaceId: run.workspaceId,
  roster: run.deps.roster,
  clock: run.deps.clock,
  get state() {
    return run.journal.session
  },
  get isInterrupted() {
    return isInterrupted(run)
  },
  answerTo: (questionId) => run.journal.transcript.answerTo(questionId),
  record: (command) => run.record(command),
  // Nothing of the agent moves while it waits for somebody: a pause is true at once.
  async wait(predicate, limits) {
    run.activity = 'idle'
    try {
      if (!limits.anySession) return await run.until(predicate, limits)
      return await run.deps.whileWaiting(run.journal.sessionId, () => run.until(predicate, limits))
    } finally {
      run.activity = 'busy'
    }
  },
  spawnChild: (request) => run.deps.spawnChild(request),
})
