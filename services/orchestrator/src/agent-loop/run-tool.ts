import { z } from 'zod'
import { isLive } from '../domain/agent-session/index.ts'
import type { Call } from '../journal/transcript.ts'
import { askOperator } from './collaboration/ask-operator.ts'
import { type CollaborationTool, collaborationInputs, isCollaborationTool } from './collaboration/definitions.ts'
import { failed, type Finding } from './collaboration/finding.ts'
import { spawnAgent } from './collaboration/spawn-agent.ts'
import { waitForAgents } from './collaboration/wait-for-agents.ts'
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
  const invoked = await run.record({ type: 'InvokeTool', toolCallId, turn, name, input: { ...call.input } })
  if (!invoked.ok) return
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

async function perform(run: Run, call: Call): Promise<Finding | undefined> {
  if (isCollaborationTool(call.name)) return collaborate(run, call, call.name)
  return work(run, call)
}

async function collaborate(run: Run, call: Call, name: CollaborationTool): Promise<Finding | undefined> {
  const parsed = collaborationInputs[name].safeParse(call.input)
  if (!parsed.success) return failed(`Bad input for ${name}:\n${z.prettifyError(parsed.error)}`)
  switch (name) {
    case 'ask_operator':
      return askOperator(run, call.id, collaborationInputs.ask_operator.parse(call.input))
    case 'spawn_agent':
      return spawnAgent(run, call.id, collaborationInputs.spawn_agent.parse(call.input))
    case 'wait_for_agents':
      return waitForAgents(run, collaborationInputs.wait_for_agents.parse(call.input))
    case 'finish':
      return finish(run)
  }
}

/** What the operator has said meanwhile comes first. */
function finish({ journal: { session } }: Run): Finding {
  return isLive(session) && session.inbox.length > 0
    ? failed('Not finished yet: an operator has sent you a message. Read it, act on it, then call finish again.')
    : { content: JSON.stringify({ finished: true }), isError: false }
}
