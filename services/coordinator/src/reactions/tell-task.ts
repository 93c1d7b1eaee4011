import { titleOf } from '@mosaic/contracts/task'
import { uuidv5 } from '@mosaic/event-store'
import { type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import type { TaskCommand } from '../domain/task/task.ts'
import { spreadOf } from '../spread.ts'
import { defineReaction } from './reaction.ts'

type Ended = EventOf<'AgentCompleted' | 'AgentFailed' | 'AgentKilled'>

/** The tasks of the sessions that have not ended, by session. */
type State = Keyed<string>

/** What only a person can mend: trying again would end the same. */
const final: ReadonlySet<string> = new Set(['SETTINGS_NOT_APPROVED', 'SETTINGS_INVALID'])

/** A task hears of its session's beginning, of its start, and of its end. */
export const tellTask = defineReaction({
  name: 'tell-task',
  version: 2,
  handles: ['AgentSpawnRequested', 'AgentStarted', 'AgentCompleted', 'AgentFailed', 'AgentKilled'],
  initial: {} as State,
  evolve(state, event) {
    const { sessionId } = event.data
    if (event.type === 'AgentSpawnRequested') return withValue(state, sessionId, event.data.taskId)
    return event.type === 'AgentStarted' ? state : withoutKey(state, sessionId)
  },
  react(state, event) {
    const { sessionId } = event.data
    if (event.type === 'AgentSpawnRequested') return [tell(event.data.taskId, sessionId, assignment(event))]
    const taskId = valueAt(state, sessionId)
    if (taskId === undefined) return []
    const command = event.type === 'AgentStarted' ? ({ type: 'StartTask', sessionId } as const) : outcome(event)
    return [tell(taskId, sessionId, command)]
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
  const { taskId, missionId, taskSource: source, task: instructions, sessionId } = data
  return { type: 'AssignTask', taskId, missionId, source, title: titleOf(instructions), instructions, sessionId }
}

function outcome(event: Ended): TaskCommand {
  const { sessionId } = event.data
  const failed = (reason: string, isFinal: boolean): TaskCommand => {
    const at = new Date(event.metadata.occurredAt)
    return { type: 'FailTask', sessionId, reason, isFinal, at, spread: spreadOf(sessionId) }
  }
  switch (event.type) {
    case 'AgentCompleted':
      return event.data.outcome === 'finished'
        ? { type: 'CompleteTask', sessionId, summary: event.data.summary }
        : failed('terminated', true)
    case 'AgentFailed':
      return failed(`${event.data.code}: ${event.data.message}`, final.has(event.data.code))
    case 'AgentKilled':
      return failed('killed', true)
  }
}
