import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { ModelFault } from '../model/index.ts'
import { modelNow, type Run, waitForModel } from '../worktree/index.ts'
import { modelNext } from './model-of.ts'

/** What may be over with the next call is put off this often before another model is asked. */
const triesOfPassing = 2

/** Asks another model, or puts the call off, as a fact that everyone sees; or gives up, where waiting is of no use. */
export async function deferCall(run: Run, session: LiveSession, fault: ModelFault): Promise<void> {
  if (!(await changedModel(run, session, fault))) await waitForModel(run, session, fault)
}

/** Asks the next model that the session may have, as a fact that everyone sees, where this one cannot be had for a while. */
async function changedModel(run: Run, session: LiveSession, { kind, message }: ModelFault): Promise<boolean> {
  const to = modelNext(session)
  if (!to || kind === 'REFUSED' || kind === 'CONTEXT_FULL') return false
  const isPassing = kind === 'SERVER_FAULT' || kind === 'ANSWER_BROKEN'
  if (isPassing && (session.modelWait?.attempts ?? 0) < triesOfPassing) return false
  const from = modelNow(session)
  run.deps.logger.warn({ sessionId: run.journal.sessionId, from, to, reason: kind, message }, 'another model is asked')
  await run.record({ type: 'ChangeModel', turn: session.turn + 1, from, to, reason: kind, message })
  return true
}
