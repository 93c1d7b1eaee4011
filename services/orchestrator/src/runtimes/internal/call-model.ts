import type { ContentBlock } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { InvalidEventError } from '@mosaic/event-store'
import { coverBeginning, type Redactor } from '@mosaic/redaction'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { ask, type Asked, requestOf } from './ask-model.ts'
import { mayCall, modelNow, type Run, SessionFailure, tellCut, TimeIsUpError } from '../worktree/index.ts'
import { ModelFault, withOwnIds } from '../model/index.ts'
import type { FirstQuestion } from './first-question.ts'
import { makeRoom } from './compact-context.ts'
import { deferCall } from './defer-call.ts'

/** One turn of the model: what it says becomes a fact when it is whole. */
export async function takeTurn(run: Run, session: LiveSession, firstQuestion: FirstQuestion): Promise<void> {
  const { deps, journal } = run
  const { model: asked, modelProvider } = modelNow(session)
  const turn = session.turn + 1
  const question = firstQuestion.take() ?? (await askWithinBudget(run, session))
  if (!question) return
  const { messageId, reply } = question
  try {
    const { content, stopReason, model, tokens } = await reply
    const answeredBy = model || asked
    const usage = tokens && {
      ...tokens,
      costUsd: deps.modelTable.costUsd({ modelProvider, model: answeredBy }, tokens),
    }
    const own = withOwnIds(unspoilt(whole(run, content), run.redactor), { turn, used: journal.transcript.callIds })
    const message = { messageId, turn, role: 'agent' as const, content: own, usage, stopReason }
    for (const block of own) if (block.type === 'tool_use') run.heard.set(block.id, block.input)
    await run.record({ type: 'RecordMessage', ...message, model: answeredBy })
  } catch (error) {
    if (error instanceof InvalidEventError) {
      throw new SessionFailure('MODEL_ANSWER_INVALID', `the model's answer is unusable: ${error.message}`, {
        cause: error,
      })
    }
    if (error instanceof TimeIsUpError) return tellCut(run, session)
    if (!(error instanceof ModelFault)) throw error
    // What was kept for this call does for the summary, which is asked about less.
    if (error.kind === 'CONTEXT_FULL') return makeRoom(run, session, { fault: error, within: question.within })
    return deferCall(run, session, error)
  }
}

/** What is cut over two texts that it says is covered where they meet. */
const whole = ({ seams }: Run, content: readonly ContentBlock[]): ContentBlock[] =>
  content.map((block) =>
    block.type === 'text' ? { ...block, text: coverBeginning(seams.said.covered(block.text)) } : block,
  )

/** `undefined`: a budget has no room for the call now. */
async function askWithinBudget(run: Run, session: LiveSession): Promise<Asked | undefined> {
  const { transcript } = run.journal
  const [request, messageId] = [requestOf(session, transcript), newId()]
  const call = { callId: messageId, request, counted: transcript.countedTokens }
  const within = await mayCall(run, session, call)
  return within && ask(run, session, { request, messageId, within })
}

/** A thought whose text is going to be changed no longer fits its signature: without it, it is not sent back. */
function unspoilt(content: readonly ContentBlock[], { value }: Redactor): ContentBlock[] {
  return content.map((block) => {
    if (block.type !== 'thinking' || value(block) === block) return block
    const { signature: _, ...thought } = block
    return thought
  })
}
