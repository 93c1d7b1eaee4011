import type { EventOf } from '@mosaic/reactions'
import { defineReaction, type ReactionCommand } from './reaction.ts'

type Standing = 'open' | 'completed' | 'failed'
/** The missions that have not ended, and how their tasks stand. */
type State = Readonly<Record<string, Readonly<Record<string, Standing>>>>
type TaskEnd = EventOf<'TaskCompleted' | 'TaskFailed' | 'TaskCancelled'>

/** A mission creates the tasks that it plans, takes them with it when it is cancelled, and ends with the last of them. */
export const runMission = defineReaction({
  name: 'run-mission',
  version: 1,
  handles: [
    'MissionCreated',
    'MissionCancelled',
    'MissionEnded',
    'TaskCreated',
    'TaskReopened',
    'TaskCompleted',
    'TaskFailed',
    'TaskCancelled',
  ],
  initial: {} as State,
  evolve(state, event) {
    switch (event.type) {
      case 'MissionCreated': {
        const planned = event.data.tasks.map(({ taskId }) => [taskId, 'open'] as const)
        return { ...state, [event.data.missionId]: Object.fromEntries(planned) }
      }
      case 'MissionCancelled':
      case 'MissionEnded': {
        const { [event.data.missionId]: _, ...others } = state
        return others
      }
      case 'TaskCreated':
      case 'TaskReopened':
        return withTask(state, event.data.missionId, [event.data.taskId, 'open'])
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskCancelled': {
        const missionId = missionOf(state, event.data.taskId)
        return missionId === undefined ? state : withTask(state, missionId, [event.data.taskId, standing(event)])
      }
    }
  },
  react(state, event): ReactionCommand[] {
    switch (event.type) {
      case 'MissionCreated':
        return planned(event)
      case 'MissionCancelled': {
        const tasks = Object.entries(state[event.data.missionId] ?? {}).filter(([, stands]) => stands === 'open')
        const { reason } = event.data
        const command = { type: 'CancelTask', reason: reason ?? 'its mission is cancelled' } as const
        return tasks.map(([id]) => ({ to: 'task', id, command, key: id, actor: event.metadata.actor }))
      }
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskCancelled':
        return ending(state, event)
      case 'MissionEnded':
      case 'TaskCreated':
      case 'TaskReopened':
        return []
    }
  },
})

const planned = ({ data: { missionId, tasks }, metadata: { actor } }: EventOf<'MissionCreated'>): ReactionCommand[] =>
  tasks.map(({ taskId, key, title, instructions, plan }) => {
    const described = {
      taskId,
      missionId,
      source: 'mosaic-queue',
      title,
      instructions,
      externalKey: key,
      plan,
    } as const
    return { to: 'task', id: taskId, command: { type: 'CreateTask', ...described }, key: taskId, actor }
  })

/** What ends with the last of its tasks. */
function ending(state: State, event: TaskEnd): ReactionCommand[] {
  const missionId = missionOf(state, event.data.taskId)
  if (missionId === undefined) return []
  const tasks = Object.values({ ...state[missionId], [event.data.taskId]: standing(event) })
  if (tasks.includes('open')) return []
  const outcome = tasks.includes('failed') ? 'failed' : 'completed'
  return [{ to: 'mission', id: missionId, command: { type: 'EndMission', outcome }, key: 'end' }]
}

/** A task that somebody cancelled is not missed. */
const standing = ({ type }: TaskEnd): Standing => (type === 'TaskFailed' ? 'failed' : 'completed')

const missionOf = (state: State, taskId: string): string | undefined =>
  Object.keys(state).find((missionId) => Object.hasOwn(state[missionId]!, taskId))

function withTask(state: State, missionId: string, [taskId, stands]: readonly [string, Standing]): State {
  const mission = state[missionId]
  return mission ? { ...state, [missionId]: { ...mission, [taskId]: stands } } : state
}
