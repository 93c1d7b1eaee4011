import { defineReaction, type ReactionCommand } from './reaction.ts'
import type { EventOf } from '@mosaic/reactions'

type State = {
  /** The tasks of the sessions that have not ended, by session. */
  readonly tasks: Readonly<Record<string, string>>
  /** Tasks that a worker may be beginning, and those of them that were cancelled meanwhile. */
  readonly dispatched: Readonly<Record<string, 'open' | 'cancelled'>>
}

/**
 * So many cancelled tasks are kept: more than workers can be beginning at one moment. Nobody says of a cancelled task that
 * no worker is beginning it any more.
 */
const mostCancelled = 1000

/** The agents of a task that is cancelled end, and those whose attempt is not the one that was chosen. */
export const endAttempts = defineReaction({
  name: 'end-attempts',
  version: 2,
  handles: [
    'AgentSpawnRequested',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
    'TaskDispatched',
    'TaskDispatchFailed',
    'TaskRetryScheduled',
    'TaskAttemptChosen',
    'TaskCompleted',
    'TaskFailed',
    'TaskCancelled',
    'TaskReopened',
  ],
  initial: { tasks: {}, dispatched: {} } as State,
  evolve(state, event): State {
    switch (event.type) {
      case 'AgentSpawnRequested':
        return { ...state, tasks: { ...state.tasks, [event.data.sessionId]: event.data.taskId } }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return { ...state, tasks: without(state.tasks, event.data.sessionId) }
      case 'TaskDispatched':
        return { ...state, dispatched: { ...state.dispatched, [event.data.taskId]: 'open' } }
      case 'TaskCancelled': {
        const { taskId } = event.data
        return taskId in state.dispatched ? { ...state, dispatched: cancelled(state.dispatched, taskId) } : state
      }
      case 'TaskDispatchFailed':
      case 'TaskRetryScheduled':
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskReopened':
        return { ...state, dispatched: without(state.dispatched, event.data.taskId) }
      case 'TaskAttemptChosen':
        return state
    }
  },
  react({ tasks, dispatched }, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const { taskId, sessionId } = event.data
        return dispatched[taskId] === 'cancelled' ? [end(event, sessionId, 'its task is cancelled')] : []
      }
      case 'TaskCancelled':
        return sessionsOf(tasks, event.data.taskId).map((id) => end(event, id, 'its task is cancelled'))
      case 'TaskAttemptChosen':
        return sessionsOf(tasks, event.data.taskId)
          .filter((id) => id !== event.data.sessionId)
          .map((id) => end(event, id, 'another attempt was chosen'))
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
      case 'TaskDispatched':
      case 'TaskDispatchFailed':
      case 'TaskRetryScheduled':
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskReopened':
        return []
    }
  },
})

type Cause = EventOf<'AgentSpawnRequested' | 'TaskCancelled' | 'TaskAttemptChosen'>

const end = ({ metadata: { actor } }: Cause, id: string, note: string): ReactionCommand => ({
  to: 'agentSession',
  id,
  command: { type: 'TerminateAgent', note, tree: true },
  key: id,
  actor,
})

/** The newest stands last; of more than are kept the oldest goes. */
function cancelled(dispatched: State['dispatched'], taskId: string): State['dispatched'] {
  const all = { ...without(dispatched, taskId), [taskId]: 'cancelled' as const }
  const ended = Object.keys(all).filter((id) => all[id] === 'cancelled')
  return ended.length > mostCancelled ? without(all, ended[0]!) : all
}

const sessionsOf = (tasks: State['tasks'], taskId: string): string[] =>
  Object.keys(tasks).filter((sessionId) => tasks[sessionId] === taskId)

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  const { [key]: _, ...others } = record
  return others
}
