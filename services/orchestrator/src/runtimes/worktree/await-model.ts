import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { isInterrupted } from '../claimed-run.ts'
import { mayFitNow } from './budget/may-call.ts'
import type { Run } from './run.ts'

/** Waits for the next try, for somebody who does not want to wait, or for something else to do. */
export async function awaitModel(run: Run, session: LiveSession): Promise<void> {
  const { deps, journal } = run
  if (!session.modelWait) return
  const next = Date.parse(session.modelWait.nextTryAt)
  const end = journal.spawnedAt.getTime() + deps.limits.sessionMs
  // Nothing of the agent moves meanwhile: a pause is true at once.
  run.activity = 'idle'
  try {
    await run.until(() => isInterrupted(run) || hasOtherWork(run), {
      timeoutMs: Math.min(next, end) - deps.clock.now().getTime() + 1,
      also: (check) => deps.budgets.onChange(check),
    })
  } finally {
    run.activity = 'busy'
  }
}

function hasOtherWork(run: Run): boolean {
  const { session } = run.journal
  if (!isLive(session)) return false
  return session.inbox.length > 0 || session.modelWait?.retryNow !== false || mayFitNow(run, session)
}
