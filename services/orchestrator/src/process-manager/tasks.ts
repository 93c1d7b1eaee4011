import { type TaskEvent, type TaskRejection, taskEvents, taskStream } from '@mosaic/contracts/task'
import {
  type Aggregate,
  type CommandContext,
  type EventStore,
  handle,
  load,
  type LogEvent,
  uuidv5,
} from '@mosaic/event-store'
import { task, type Task, type TaskCommand } from '../domain/task/task.ts'
import type { Spec } from '../domain/agent-session/index.ts'
import type { Observed } from '../journal/journal.ts'

const aggregate: Aggregate<Task, TaskCommand, TaskEvent, TaskRejection> = { decider: task, definitions: taskEvents }

export const taskStatus = async (store: EventStore, taskId: string): Promise<Task['status']> =>
  (await load(store, aggregate, taskStream.of(taskId))).state.status

/** What a session's beginning or end means for its task. Command ids follow from the session: repeating writes nothing. */
export async function tellTask(store: EventStore, spec: Spec, observed: Observed): Promise<void> {
  const command = commandOf(spec, observed.event)
  if (!command) return
  const context: CommandContext = {
    commandId: uuidv5(`${spec.sessionId}/${command.type}`),
    workspaceId: observed.workspaceId,
    actor: { kind: 'system', id: 'orchestrator' },
    occurredAt: new Date(),
    correlationId: spec.sessionId,
  }
  await handle(store, { aggregate, streamId: taskStream.of(spec.taskId), command, context })
}

function commandOf(spec: Spec, event: Observed['event']): TaskCommand | undefined {
  const { taskId, missionId, taskSource: source, task: description, sessionId } = spec
  switch (event.type) {
    case 'AgentSpawnRequested':
      return { type: 'AssignTask', taskId, missionId, source, description, sessionId }
    case 'AgentCompleted':
      return event.data.outcome === 'finished'
        ? { type: 'CompleteTask', sessionId, summary: event.data.summary }
        : { type: 'FailTask', sessionId, reason: 'terminated' }
    case 'AgentFailed':
      return { type: 'FailTask', sessionId, reason: `${event.data.code}: ${event.data.message}` }
    case 'AgentKilled':
      return { type: 'FailTask', sessionId, reason: 'killed' }
    default:
      return undefined
  }
}

/** Which sessions' tasks know of the beginning and of the end. */
export class TaskBook {
  readonly #assigned = new Set<string>()
  readonly #ended = new Set<string>()

  apply(event: LogEvent): void {
    if (event.type === 'TaskAssigned') this.#assigned.add(event.data.sessionId)
    if (event.type === 'TaskCompleted' || event.type === 'TaskFailed') this.#ended.add(event.data.sessionId)
  }

  isBehind(sessionId: string, sessionOver: boolean): boolean {
    return !this.#assigned.has(sessionId) || (sessionOver && !this.#ended.has(sessionId))
  }
}
