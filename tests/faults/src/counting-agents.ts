import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { TaskEvent } from '@mosaic/contracts/task'
import { git } from '@mosaic/e2e/repositories'
import { connectEventStore } from '@mosaic/event-store'

/**
 * A model whose agents append a numbered line per step to a file. At their end they look which lines are missing, as an
 * agent does that is told that it was interrupted, and take these down in another file.
 */
export function countingModel(folder: string, steps: number): string {
  const file = join(folder, 'count.yaml')
  const shell = (command: string) => ({ call: { tool: 'shell', input: { command, timeout_seconds: 120 } } })
  const look = `touch steps.txt; for n in $(seq 1 ${steps}); do grep -qx $n steps.txt || echo $n; done > missing.txt`
  // Any of these may be cut off, or lose its worktree afterwards: it is done again where there is something to be done.
  const keep = [shell(look), { call: { tool: 'commit', input: { message: 'feat: steps' } } }]
  const finish = { call: { tool: 'finish', input: { summary: 'counted', outcome: 'completed' } } }
  const played = [
    ...Array.from({ length: steps }, (_, step) => shell(`echo ${step + 1} >> steps.txt; sleep 0.3`)),
    ...keep,
    ...keep,
    ...keep,
    { ...finish, repeat: { while: { isError: true }, max: 20 } },
  ]
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ name: 'count', description: 'Counts.', agents: [{ name: 'one', steps: played }] }),
  )
  return `scripted:${file}`
}

/** What the log has of the tasks and of the sessions that worked on them. */
export type Told = {
  readonly tasks: ReadonlyMap<string, readonly TaskEvent[]>
  readonly sessions: ReadonlyMap<string, readonly AgentSessionEvent[]>
}

export async function readTold(connectionString: string): Promise<Told> {
  const store = connectEventStore({ connectionString, instanceId: 'faults' })
  const tasks = new Map<string, TaskEvent[]>()
  const sessions = new Map<string, AgentSessionEvent[]>()
  const add = <Event>(to: Map<string, Event[]>, stream: string, event: Event) => {
    const events = to.get(stream) ?? []
    events.push(event)
    to.set(stream, events)
  }
  for await (const item of store.readAll({ filter: { streamPrefixes: ['task-', 'agentSession-'] } })) {
    if (item.kind === 'quarantined') throw new Error(item.reason.message)
    const { streamId } = item.event
    if (streamId.startsWith('task-')) add(tasks, streamId.slice('task-'.length), item.event as unknown as TaskEvent)
    else add(sessions, streamId.slice('agentSession-'.length), item.event as unknown as AgentSessionEvent)
  }
  await store.close()
  return { tasks, sessions }
}

const ends: ReadonlySet<TaskEvent['type']> = new Set(['TaskCompleted', 'TaskFailed', 'TaskCancelled'] as const)

export const hasEnded = (events: readonly TaskEvent[]): boolean => events.some(({ type }) => ends.has(type))

/** A task has to have completed, once, and with one agent: there was nothing wrong with it. */
export function faultsOfTask(taskId: string, events: readonly TaskEvent[]): string[] {
  const ended = events.filter(({ type }) => ends.has(type))
  const assigned = new Set(events.flatMap((event) => (event.type === 'TaskAssigned' ? [event.data.sessionId] : [])))
  if (ended.length === 1 && ended[0]?.type === 'TaskCompleted' && assigned.size === 1) return []
  return [
    `task ${taskId}: ${assigned.size} agents, ${ended.map((event) => JSON.stringify(event)).join(', ') || 'no end'}`,
  ]
}

export type Counted = {
  readonly faults: string[]
  readonly interrupted: number
  readonly lost: number
  readonly claims: number
}

/** What the log says of one agent, held against the file that it has committed. */
export function countedBy(
  sessionId: string,
  events: readonly AgentSessionEvent[],
  repository: string,
  steps: number,
): Counted {
  const places = events.flatMap((event) =>
    event.type === 'AgentSpawned' && event.data.place.kind === 'worktree' ? [event.data.place.branch] : [],
  )
  const claims = events.filter(({ type }) => type === 'SessionClaimed').length
  const branch = places.at(-1)
  if (branch === undefined)
    return { faults: [`agent ${sessionId} never had a worktree`], interrupted: 0, lost: 0, claims }
  const lines = linesOf(repository, branch, 'steps.txt')
  if (!lines) {
    const types = events.map(({ type }) => type).join(' ')
    return { faults: [`agent ${sessionId} has not pushed its steps: ${types}`], interrupted: 0, lost: 0, claims }
  }
  const marked = interruptedSteps(events)
  const told = lostSteps(events)
  const faults =
    new Set(places).size === 1 ? [] : [`agent ${sessionId} had the branches ${[...new Set(places)].join(', ')}`]
  for (let step = 1; step <= steps; step++) {
    const times = lines.filter((line) => line === String(step)).length
    const isTwice = times > 1 && !marked.has(step)
    const isMissing = times === 0 && !marked.has(step) && !told.has(step)
    if (isTwice || isMissing)
      faults.push(`agent ${sessionId}: step ${step} stands ${times} times: ${courseOf(events).join(' | ')}`)
  }
  for (const event of events) {
    if (event.type !== 'AgentResourcesReleased' || event.data.worktreeRemoved) continue
    faults.push(`agent ${sessionId} has left its worktree: ${JSON.stringify(event.data)}`)
  }
  const invoked = events.flatMap((event) => (event.type === 'ToolInvoked' ? [event.data.toolCallId] : []))
  if (new Set(invoked).size < invoked.length) faults.push(`agent ${sessionId} was called to the same step twice`)
  const sorted = lines.map(Number).toSorted((a, b) => a - b)
  if (lines.join() !== sorted.join()) faults.push(`agent ${sessionId} counted ${lines.join(' ')}`)
  return { faults, interrupted: marked.size, lost: told.size, claims }
}

/** `null` where the origin does not have the branch, or that no such file. */
function linesOf(repository: string, branch: string, file: string): string[] | null {
  try {
    return git(repository, 'show', `${branch}:${file}`)
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return null
  }
}

/** Which steps tool calls were, by their ids. */
function stepsByCall(events: readonly AgentSessionEvent[]): Map<string, number> {
  const steps = new Map<string, number>()
  for (const event of events) {
    if (event.type !== 'ToolInvoked') continue
    const step = /^echo (\d+) >> steps/.exec(String(event.data.input['command']))?.[1]
    if (step) steps.set(event.data.toolCallId, Number(step))
  }
  return steps
}

function interruptedSteps(events: readonly AgentSessionEvent[]): Set<number> {
  const steps = stepsByCall(events)
  const cutOff = events.flatMap((event) =>
    event.type === 'ToolCompleted' && event.data.interrupted ? [steps.get(event.data.toolCallId)] : [],
  )
  return new Set(cutOff.filter((step) => step !== undefined))
}

/** Those of which the agent was told that a worker's end has taken what they did. */
function lostSteps(events: readonly AgentSessionEvent[]): Set<number> {
  const steps = stepsByCall(events)
  const texts = events.flatMap((event) =>
    event.type === 'MessageRecorded' && event.data.role === 'user'
      ? event.data.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
      : [],
  )
  const lost = [...steps].filter(([callId]) => texts.some((text) => text.includes(callId)))
  return new Set(lost.map(([, step]) => step))
}

/** A session in a line: who claimed it, where its worktrees were, and its last events. */
export function storyOf(events: readonly AgentSessionEvent[]): string {
  const said = events.flatMap((event) => {
    if (event.type === 'SessionClaimed') return [`claimed by ${event.data.ownerId} (${event.data.epoch})`]
    if (event.type === 'AgentSpawned' && event.data.place.kind === 'worktree')
      return [`at ${event.data.place.worktree}`]
    if (event.type === 'AgentResourcesReleased') return [`released ${JSON.stringify(event.data)}`]
    return []
  })
  const last = events.slice(-6).map(({ type }) => type)
  return [...said, `last ${last.join(' ')}`].join(', ')
}

/** What came of a session event after event, as far as it bears on its files. */
const courseOf = (events: readonly AgentSessionEvent[]): string[] =>
  events.flatMap((event, revision) => {
    const { type, data } = event
    switch (type) {
      case 'SessionClaimed':
        return [`${revision} claimed (${data.epoch})`]
      case 'AgentSpawned':
        return [`${revision} placed`]
      case 'ToolInvoked':
        return [`${revision} invoked ${data.toolCallId.slice(-6)} ${JSON.stringify(data.input).slice(0, 40)}`]
      case 'ToolCompleted':
        return [`${revision} completed ${data.toolCallId.slice(-6)}${data.interrupted ? ' interrupted' : ''}`]
      case 'CheckpointRecorded':
        return [`${revision} checkpoint after ${data.afterRevision}`]
      case 'CommitRecorded':
        return [`${revision} commit`]
      case 'MessageRecorded': {
        const text = data.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ')
        return data.role === 'user' ? [`${revision} told ${text.slice(0, 400)}`] : []
      }
      default:
        return []
    }
  })
