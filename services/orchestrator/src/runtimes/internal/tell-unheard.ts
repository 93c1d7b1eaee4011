import { isLive } from '../../domain/agent-session/index.ts'
import type { FirstQuestion } from './first-question.ts'
import { modelNow, type Run } from '../worktree/index.ts'

/** What answers have cost that nobody hears, as a fact: it counts like all that the session has spent. */
export async function tellUnheard(run: Run, firstQuestion: FirstQuestion): Promise<void> {
  const { journal, deps } = run
  for (const { messageId, reply } of firstQuestion.takeUnheard()) {
    const { session } = journal
    if (session.status === 'none') return
    const tokens = reply?.tokens ?? null
    // Asked before anything has happened: no other model was changed to.
    const asked = isLive(session) ? modelNow(session) : session.spec.runtime
    const { modelProvider } = asked
    const model = reply?.model || asked.model
    const priced = tokens && modelProvider !== null && model !== null
    const costUsd = priced ? deps.modelTable.costUsd({ modelProvider, model }, tokens) : null
    await run.record({ type: 'RecordUnheard', messageId, model, usage: tokens && { ...tokens, costUsd } })
  }
}
