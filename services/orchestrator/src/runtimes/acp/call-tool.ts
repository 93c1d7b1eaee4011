import { newId } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { isLive } from '../../domain/agent-session/index.ts'
import { executeTool, refused, type Tool, type ToolOutcome } from '../../tools/index.ts'
import { isInterrupted, type Run, toolSessionOf, unlessHalted, workContextOf } from '../worktree/index.ts'

type Asked = {
  readonly input: unknown
  /** Aborted once nobody waits for the answer. */
  readonly gone: AbortSignal
}

/** So often a call may come to nothing though nothing has interrupted it. */
const mostRefusals = 3
const unheard = 'The agent does not wait for an answer any more.'

/**
 * Carries out a call of one of our tools in the midst of an agent's turn. That it was called, and what came of it, its agent
 * tells as of any tool; what it brings about is a fact of its own.
 */
export async function callTool(run: Run, tool: Tool, { input, gone }: Asked): Promise<ToolOutcome> {
  const callId = newId()
  for (let refusals = 0; refusals < mostRefusals; ) {
    const outcome = await perform(run, tool, { callId, input, gone })
    const { session, sessionId } = run.journal
    if (outcome?.fact) await run.record(outcome.fact, uuidv5(`${sessionId}/${callId}/commit`))
    if (outcome) return outcome
    if (gone.aborted && isLive(session) && session.question?.questionId === callId) {
      await run.record({ type: 'ExpireQuestion', questionId: callId, answer: unheard })
    }
    if (gone.aborted || !isLive(session) || session.terminate)
      return refused('SESSION_ENDS', 'This is not done any more.')
    if (!isInterrupted(run)) refusals += 1
    // It gave way to a pause.
    await run.until(() => !isInterrupted(run) || hasEnding(run) || gone.aborted)
  }
  return refused('NOT_NOW', 'This cannot be done now.')
}

async function perform(
  run: Run,
  tool: Tool,
  { callId, input, gone }: Asked & { readonly callId: string },
): Promise<ToolOutcome | undefined> {
  const { workplace, halted, redactor, seams } = run
  const common = { input, redactor, seam: seams.shown }
  await run.stillOurs()
  if (tool.runs === 'waiting') {
    return executeTool(tool, {
      ...common,
      context: { callId, session: toolSessionOf(run, { gone, then: 'sandboxed' }) },
    })
  }
  if (!workplace) return refused('SANDBOX_GONE', 'There is no worktree any more.')
  await unlessHalted(halted, run.checkpoints.settled())
  run.activity = 'busy'
  try {
    return await unlessHalted(halted, executeTool(tool, { ...common, context: workContextOf(run, workplace, callId) }))
  } finally {
    run.activity = 'sandboxed'
  }
}

const hasEnding = ({ journal: { session } }: Run) => !isLive(session) || session.terminate !== null
