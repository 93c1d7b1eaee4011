import { defineReaction, type ReactionCommand } from './reaction.ts'
import { entriesOf, type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'

type State = {
  /** The tasks of the sessions that have not ended, by session. */
  readonly tasks: Keyed<string>
  /** Tasks that a worker may be beginning. */
  readonly dispatched: Keyed<true>
  /** Those that were cancelled while one may have been beginning them, the newest last. */
  readonly cancelled: readonly string[]
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
  initial: { tasks: {}, dispatched: {}, cancelled: [] } as State,
  evolve(state, event): State {
    switch (event.type) {
      case 'AgentSpawnRequested':
        return { ...state, tasks: withValue(state.tasks, event.data.sessionId, event.data.taskId) }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return { ...state, tasks: withoutKey(state.tasks, event.data.sessionId) }
      case 'TaskDispatched':
        return { ...afresh(state, event.data.taskId), dispatched: withValue(state.dispatched, event.data.taskId, true) }
      case 'TaskCancelled': {
        const { taskId } = event.data
        if (valueAt(state.dispatched, taskId) === undefined) return state
        return { ...state, dispatched: withoutKey(state.dispatched, taskId), cancelled: withLast(state, taskId) }
      }
      case 'TaskDispatchFailed':
      case 'TaskRetryScheduled':
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskReopened':
        return { ...afresh(state, event.data.taskId), dispatched: withoutKey(state.dispatched, event.data.taskId) }
      case 'TaskAttemptChosen':
        return state
    }
  },
  react({ tasks, cancelled }, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const { taskId, sessionId } = event.data
        return cancelled.includes(taskId) ? [end(event, sessionId, 'its task is cancelled')] : []
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

/** Of more than are kept the oldest goes. */
const withLast = ({ cancelled }: State, taskId: string): State['cancelled'] =>
  [...cancelled.filter((id) => id !== taskId), taskId].slice(-mostCancelled)

/** It is not cancelled any more. */
const afresh = (state: State, taskId: string): State =>
  state.cancelled.includes(taskId) ? { ...state, cancelled: state.cancelled.filter((id) => id !== taskId) } : state

const sessionsOf = (tasks: State['tasks'], taskId: string): string[] =>
  entriesOf(tasks).flatMap(([sessionId, of]) => (of === taskId ? [sessionId] : []))
