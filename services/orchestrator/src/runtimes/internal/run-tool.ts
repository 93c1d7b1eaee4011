import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import type { Call } from '../../journal/transcript.ts'
import { askOperator } from './collaboration/ask-operator.ts'
import { failed, type Finding } from './collaboration/finding.ts'
import { spawnAgent } from './collaboration/spawn-agent.ts'
import { waitForAgents } from './collaboration/wait-for-agents.ts'
import { type SandboxTool, type ToolInput, toolInputs, type ToolName } from '../../tools/index.ts'
import { HaltedError, type Run } from './run.ts'
import { work } from './work.ts'

/** Asking these again does nothing a second time; any other call that a crash cut off is told to the model as such. */
const repeatable: ReadonlySet<string> = new Set([
  'read_file',
  'list_files',
  'search',
  'commit',
  'spawn_agent',
  'wait_for_agents',
  'ask_operator',
  'finish',
])

const cutOff =
  'Interrupted: the orchestrator ended while this ran. It may have taken effect in part or in whole. Look before you repeat it.'

/** Carries out one tool call and records both sides of it. A call that gives way to a pause stays open. */
export async function runTool(run: Run, call: Call): Promise<void> {
  const { id: toolCallId, name, turn } = call
  const complete = (finding: Finding, durationMs: number, interrupted = false) => {
    const { content: output, isError } = finding
    return run.record({ type: 'CompleteTool', toolCallId, turn, name, output, isError, durationMs, interrupted })
  }
  if (call.state === 'running' && !run.begun.has(toolCallId) && !repeatable.has(name)) {
    await complete(failed(cutOff), 0, true)
    return
  }
  run.begun.add(toolCallId)
  const provedAt = performance.now()
  const invoked = await run.record({ type: 'InvokeTool', toolCallId, turn, name, input: { ...call.input } })
  if (!invoked.ok) return
  await run.stillOurs(provedAt)
  const startedAt = performance.now()
  const elapsed = () => Math.round(performance.now() - startedAt)
  try {
    const finding = await perform(run, call)
    if (finding) await complete(finding, elapsed())
  } catch (error) {
    // A kill: what the tool had done by then is unknown.
    if (error instanceof HaltedError && !run.stopping.aborted) {
      await complete(failed('Stopped: the session was killed.'), elapsed(), true)
    }
    throw error
  } finally {
    run.activity = 'busy'
  }
}

/** Tools by which agents and people work together: they act on sessions, not on the worktree. */
type Collaboration = {
  [Name in Exclude<ToolName, SandboxTool>]: (
    run: Run,
    input: ToolInput<Name>,
    callId: string,
  ) => Finding | Promise<Finding | undefined>
}

const collaboration: Collaboration = {
  ask_operator: (run, input, callId) => askOperator(run, callId, input),
  spawn_agent: (run, input, callId) => spawnAgent(run, callId, input),
  wait_for_agents: (run, input) => waitForAgents(run, input),
  finish: (run) => finish(run),
}

const isCollaboration = (name: string): name is keyof Collaboration => Object.hasOwn(collaboration, name)

async function perform(run: Run, call: Call): Promise<Finding | undefined> {
  return isCollaboration(call.name) ? collaborate(run, call.name, call) : work(run, call)
}

async function collaborate<Name extends keyof Collaboration>(run: Run, name: Name, call: Call) {
  const parsed = toolInputs[name].safeParse(call.input)
  if (!parsed.success) return failed(`INVALID_INPUT: ${z.prettifyError(parsed.error)}`)
  return collaboration[name](run, parsed.data as ToolInput<Name>, call.id)
}

/** What the operator has said meanwhile comes first. */
function finish({ journal: { session } }: Run): Finding {
  return isLive(session) && session.inbox.length > 0
    ? failed('Not finished yet: an operator has sent you a message. Read it, act on it, then call finish again.')
    : { content: JSON.stringify({ finished: true }), isError: false }
}
