import type { TaskPlan } from '@mosaic/contracts/task'
import type { NewEvent } from '@mosaic/event-store'
import { ada, asked, attemptSpec, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { runMission } from './run-mission.ts'

const [missionId, one, two, late, sessionId] = [id(1), id(2), id(3), id(4), id(5)]
const plan: TaskPlan = {
  spawn: attemptSpec,
  models: [null],
  priority: 5,
  dependsOn: [],
  notBefore: null,
  maxRetries: 0,
}
const task = (taskId: string, key: string) => ({ taskId, key, title: key, instructions: `do ${key}`, plan })
const created: NewEvent = {
  type: 'MissionCreated',
  data: {
    missionId,
    title: 't',
    objective: 'o',
    acceptance: [],
    tasks: [task(one, 'one'), task(two, 'two')],
    budget: null,
    approvals: null,
  },
}
const added: NewEvent = {
  type: 'TaskCreated',
  data: {
    taskId: late,
    missionId,
    source: 'mosaic-queue',
    title: 'late',
    instructions: 'late',
    externalKey: null,
    plan,
  },
}
const completed = (taskId: string): NewEvent => ({ type: 'TaskCompleted', data: { taskId, sessionId, summary: 's' } })
const failed = (taskId: string): NewEvent => ({ type: 'TaskFailed', data: { taskId, sessionId: null, reason: 'r' } })
const dropped = (taskId: string): NewEvent => ({ type: 'TaskCancelled', data: { taskId, reason: null } })
const reopened: NewEvent = { type: 'TaskReopened', data: { taskId: one, missionId, plan } }
const cancelled: NewEvent = { type: 'MissionCancelled', data: { missionId, reason: 'enough' } }
const ended: NewEvent = { type: 'MissionEnded', data: { missionId, outcome: 'completed' } }
const outcome = (...events: NewEvent[]) => asked(runMission, ...events).map(({ command }) => command)

test('a mission that begins creates the tasks that it plans, on behalf of who began it', () => {
  const described = { missionId, source: 'mosaic-queue', plan } as const
  expect(asked(runMission, created)).toEqual(
    [
      [one, 'one'],
      [two, 'two'],
    ].map(([taskId, key]) => ({
      to: 'task',
      id: taskId,
      command: { type: 'CreateTask', ...described, taskId, title: key, instructions: `do ${key}`, externalKey: key },
      key: taskId,
      actor: ada,
    })),
  )
})

test('it ends with the last of its tasks, also of those that were added later, and says whether one has failed', () => {
  expect(outcome(created, completed(one))).toEqual([])
  expect(outcome(created, completed(one), completed(two))).toEqual([{ type: 'EndMission', outcome: 'completed' }])
  expect(outcome(created, added, completed(one), completed(two))).toEqual([])
  expect(outcome(created, added, completed(one), completed(two), failed(late))).toEqual([
    { type: 'EndMission', outcome: 'failed' },
  ])
})

test('a task that somebody cancelled is not missed, and one that is tried anew is waited for', () => {
  expect(outcome(created, dropped(one), completed(two))).toEqual([{ type: 'EndMission', outcome: 'completed' }])
  expect(outcome(created, failed(one), reopened, completed(two))).toEqual([])
})

test('a mission that is cancelled takes the tasks with it that have not ended', () => {
  const command = { type: 'CancelTask', reason: 'enough' }
  expect(asked(runMission, created, completed(one), cancelled)).toEqual([
    { to: 'task', id: two, command, key: two, actor: ada },
  ])
})

test('an ended mission is forgotten, and tasks of none are nobody’s', () => {
  expect(kept(runMission, created, completed(one), completed(two), ended)).toEqual({})
  expect(kept(runMission, added, completed(late))).toEqual({})
})
