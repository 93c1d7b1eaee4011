import { uuidv5 } from '@mosaic/event-store'
import type { TaskCommand } from '../domain/task/task.ts'
import { defineReaction, type EventOf } from './reaction.ts'

type Ended = 'AgentCompleted' | 'AgentFailed' | 'AgentKilled'

/** The tasks of the sessions that have not ended, by session. */
type State = Readonly<Record<string, string>>

/** A task hears of its session's beginning and end. */
export const tellTask = defineReaction({
  name: 'tell-task',
  version: 1,
  handles: ['AgentSpawnRequested', 'AgentCompleted', 'AgentFailed', 'AgentKilled'],
  initial: {} as State,
  evolve(state, event) {
    const { sessionId } = event.data
    if (event.type === 'AgentSpawnRequested') return { ...state, [sessionId]: event.data.taskId }
    const { [sessionId]: _, ...others } = state
    return others
  },
  react(state, event) {
    const { sessionId } = event.data
    if (event.type === 'AgentSpawnRequested') return [tell(event.data.taskId, sessionId, assignment(event))]
    const taskId = state[sessionId]
    return taskId === undefined ? [] : [tell(taskId, sessionId, outcome(event))]
  },
})

/** A session has one beginning and one end: that, not the event, names the command. */
const tell = (id: string, sessionId: string, command: TaskCommand) => ({
  to: 'task' as const,
  id,
  command,
  key: command.type,
  commandId: uuidv5(`${sessionId}/${command.type}`),
})

function assignment({ data }: EventOf<'AgentSpawnRequested'>): TaskCommand {
  const { taskId, missionId, taskSource: source, task: description, sessionId } = data
  return { type: 'AssignTask', taskId, missionId, source, description, sessionId }
}

function outcome({ type, data }: EventOf<Ended>): TaskCommand {
  const { sessionId } = data
  switch (type) {
    case 'AgentCompleted':
      return data.outcome === 'finished'
        ? { type: 'CompleteTask', sessionId, summary: data.summary }
        : { type: 'FailTask', sessionId, reason: 'terminated' }
    case 'AgentFailed':
      return { type: 'FailTask', sessionId, reason: `${data.code}: ${data.message}` }
    case 'AgentKilled':
      return { type: 'FailTask', sessionId, reason: 'killed' }
  }
}
