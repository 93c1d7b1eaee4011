import { StoreUnavailableError, uuidv5 } from '@mosaic/event-store'
import { inSpan } from '@mosaic/telemetry'
import type { Call } from '../../journal/transcript.ts'
import {
  executeTool,
  isJudged,
  refused,
  type Tool,
  toolNamed,
  type ToolOutcome,
  toolsFor,
  unknownTool,
} from '../../tools/index.ts'
import { HaltedError } from '../claimed-run.ts'
import {
  deniedWords,
  permit,
  type Permit,
  type Run,
  toolSessionOf,
  unlessHalted,
  workContextOf,
} from '../worktree/index.ts'

const cutOff =
  'Interrupted: the orchestrator ended while this ran. It may have taken effect in part or in whole. Look before you repeat it.'

type Finding = Pick<ToolOutcome, 'content' | 'isError'>

/** Carries out one tool call and records both sides of it. A call that gives way to a pause stays open. */
export async function runTool(run: Run, call: Call): Promise<void> {
  const { id: toolCallId, name, turn } = call
  const { session } = run.journal
  const able = session.status === 'none' ? [] : toolsFor(session.spec)
  const tool = toolNamed(name, able)
  const complete = ({ content: output, isError }: Finding, durationMs: number, interrupted = false) =>
    run.record({ type: 'CompleteTool', toolCallId, turn, name, output, isError, durationMs, interrupted })
  if (call.state === 'running' && !run.begun.has(toolCallId) && tool?.repeatable === false) {
    await complete({ content: cutOff, isError: true }, 0, true)
    return
  }
  const permitted = tool && isJudged(tool) && call.state === 'open' ? await permitOf(run, call) : undefined
  if (permitted?.kind === 'gone') return
  run.begun.add(toolCallId)
  run.writtenAt = undefined
  const invoked = await run.record({ type: 'InvokeTool', toolCallId, turn, name, input: { ...call.input } })
  if (!invoked.ok) return
  if (permitted?.kind === 'denied') {
    run.heard.delete(toolCallId)
    await complete({ content: deniedWords(permitted), isError: true }, 0)
    return
  }
  const startedAt = performance.now()
  const elapsed = () => Math.round(performance.now() - startedAt)
  try {
    const outcome = tool ? await inSpan('tool', named(tool), () => perform(run, tool, call)) : unknownTool(name, able)
    if (outcome) await complete(outcome, elapsed())
    if (tool?.changesFiles) run.checkpoints.begin()
  } catch (error) {
    // A kill: what the tool had done by then is unknown.
    if (error instanceof HaltedError && !run.stopping.aborted) {
      await complete({ content: 'Stopped: the session was killed.', isError: true }, elapsed(), true)
    }
    // How far it had come is unknown: what must not be done twice is answered as cut off.
    if (error instanceof StoreUnavailableError) run.begun.delete(toolCallId)
    throw error
  } finally {
    run.activity = 'busy'
    run.heard.delete(toolCallId)
  }
}

/** What is to be done as the model has said it, where this process has heard it. */
const permitOf = (run: Run, { id: toolCallId, name, turn, input }: Call): Promise<Permit> =>
  permit(run, { toolCallId, turn, call: { tool: name, input: { ...(run.heard.get(toolCallId) ?? input) } } })

const named = ({ name }: Tool) => ({ attributes: { 'gen_ai.tool.name': name } })

async function perform(run: Run, tool: Tool, { id: callId, input: recorded }: Call): Promise<ToolOutcome | undefined> {
  const { workplace, halted: signal, journal, redactor } = run
  const { shown: seam } = run.seams
  // What the model said, where this process heard it; the log has it with its secrets covered.
  const input = run.heard.get(callId) ?? recorded
  const { sessionId } = journal
  if (tool.runs === 'waiting') {
    await run.stillOurs()
    return executeTool(tool, { input, context: { callId, session: toolSessionOf(run) }, redactor, seam })
  }
  if (!workplace) return refused('SANDBOX_GONE', 'There is no worktree any more.')
  // What an earlier step has left is not changed while it is being looked at.
  await unlessHalted(signal, run.checkpoints.settled())
  // Last of all: that may have taken long enough to be taken over meanwhile.
  await run.stillOurs()
  run.activity = tool.runs === 'sandbox' ? 'sandboxed' : 'busy'
  const performed = executeTool(tool, {
    input,
    context: workContextOf(run, workplace, callId),
    redactor,
    seam,
  })
  // git cannot be cut off, and an origin may not answer: a kill waits for neither.
  const outcome = await (tool.runs === 'outside' ? unlessHalted(signal, performed) : performed)
  signal.throwIfAborted()
  if (outcome?.fact) await run.record(outcome.fact, uuidv5(`${sessionId}/${callId}/commit`))
  return outcome
}
