import { newId } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { isLive } from '../../domain/agent-session/index.ts'
import { executeTool, isJudged, refused, type Tool, type ToolOutcome } from '../../tools/index.ts'
import {
  deniedWords,
  isInterrupted,
  permit,
  type Run,
  toolSessionOf,
  unlessHalted,
  workContextOf,
} from '../worktree/index.ts'
import type { Asks } from './asks.ts'
import { isRecord } from './tool-words.ts'

type Asked = {
  readonly input: unknown
  /** Aborted once nobody waits for the answer. */
  readonly gone: AbortSignal
  readonly asks: Asks
}

/** So often a call may come to nothing though nothing has interrupted it. */
const mostRefusals = 3
const unheard = 'The agent does not wait for an answer any more.'

/**
 * Carries out a call of one of our tools in the midst of an agent's turn. That it was called, and what came of it, its agent
 * tells as of any tool; what it brings about is a fact of its own.
 */
export async function callTool(run: Run, tool: Tool, asked: Asked): Promise<ToolOutcome> {
  const { input, gone } = asked
  const callId = newId()
  const refusal = isJudged(tool) ? await refusalOf(run, tool, { callId, ...asked }) : undefined
  if (refusal) return refusal
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

/** By policies and people, as of calls of our own agents. */
async function refusalOf(
  run: Run,
  { name: tool }: Tool,
  { callId: toolCallId, input, gone, asks }: Asked & { readonly callId: string },
): Promise<ToolOutcome | undefined> {
  const call = { tool, input: isRecord(input) ? input : {} }
  if (asks.take(call)) return undefined
  const { session } = run.journal
  const theirs = {
    ended: () => gone.aborted,
    onEnd: (check: () => void) => {
      gone.addEventListener('abort', check, { once: true })
      return () => gone.removeEventListener('abort', check)
    },
  }
  const turn = isLive(session) ? session.turn : 0
  const permitted = await asks.inTurn(() => permit(run, { toolCallId, turn, call, theirs }))
  run.activity = 'sandboxed'
  if (permitted.kind === 'denied') return refused('DENIED', deniedWords(permitted))
  return permitted.kind === 'gone' ? refused('SESSION_ENDS', 'This is not done any more.') : undefined
}

async function perform(
  run: Run,
  tool: Tool,
  { callId, input, gone }: Pick<Asked, 'input' | 'gone'> & { readonly callId: string },
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
