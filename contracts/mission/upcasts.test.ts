import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { taskEvents } from '../task/index.ts'
import { missionEvents } from './index.ts'

const id = '01890000-0000-7000-8000-000000000001'
const spawn = { runtime: 'internal', repository: '/r', branch: null, agentType: 'worker', sandbox: null, maxTurns: 9 }
const plan = { spawn, models: [null], priority: 5, dependsOn: [], notBefore: null, maxRetries: 2 }
const planNow = {
  ...plan,
  spawn: {
    ...spawn,
    gates: null,
    yolo: false,
    budget: null,
    approvals: null,
    network: null,
    skills: null,
    labels: [],
    timeoutSeconds: null,
  },
}
const { approvals: _, ...spawnBefore } = planNow.spawn
const planBefore = { ...planNow, spawn: spawnBefore }
const task = { taskId: id, missionId: id, source: 'mosaic-queue', title: 't', instructions: 'do it', externalKey: null }

test.each([
  ['TaskCreated', 2, { ...task, plan }, { ...task, plan: planNow }],
  ['TaskCreated', 2, { ...task, plan: null }, { ...task, plan: null }],
  ['TaskCreated', 3, { ...task, plan: planBefore }, { ...task, plan: planNow }],
  ['TaskReopened', 2, { taskId: id, missionId: id, plan: planBefore }, { taskId: id, missionId: id, plan: planNow }],
  ['TaskReopened', 1, { taskId: id, missionId: id, plan }, { taskId: id, missionId: id, plan: planNow }],
])('%s of version %i said nothing of what agents may use and do', (type, schemaVersion, data, expected) => {
  expect(parseEvent(taskEvents, { type, data, schemaVersion })).toEqual({ ok: true, data: expected })
})

test('a task of version 1 came with a spawn alone', () => {
  const data = { taskId: id, missionId: id, source: 'internal', description: '# Do it\nnow' }
  const expected = { ...task, source: 'internal', title: 'Do it', instructions: '# Do it\nnow', plan: null }
  const parsed = parseEvent(taskEvents, { type: 'TaskCreated', data: { ...data }, schemaVersion: 1 })
  expect(parsed).toMatchObject({ ok: true, data: expected })
})

test('a mission of version 1 had no budget', () => {
  const mission = { missionId: id, title: 'm', objective: 'o', acceptance: [] }
  const planned = { taskId: id, key: 'a', title: 't', instructions: 'do it' }
  const data = { ...mission, tasks: [{ ...planned, plan }] }
  const expected = { ...mission, budget: null, approvals: null, tasks: [{ ...planned, plan: planNow }] }
  const parsed = parseEvent(missionEvents, { type: 'MissionCreated', data, schemaVersion: 1 })
  expect(parsed).toEqual({ ok: true, data: expected })
})

test('a mission of version 2 said nothing of what its agents may do', () => {
  const mission = { missionId: id, title: 'm', objective: 'o', acceptance: [], budget: { usd: 5 } }
  const planned = { taskId: id, key: 'a', title: 't', instructions: 'do it' }
  const data = { ...mission, tasks: [{ ...planned, plan: planBefore }] }
  const expected = { ...mission, approvals: null, tasks: [{ ...planned, plan: planNow }] }
  const parsed = parseEvent(missionEvents, { type: 'MissionCreated', data, schemaVersion: 2 })
  expect(parsed).toEqual({ ok: true, data: expected })
})

test.each([null, [], 'plan', { spawn: 7 }])('a plan that is none (%j) is refused, not thrown over', (broken) => {
  const parsed = parseEvent(taskEvents, { type: 'TaskCreated', data: { ...task, plan: broken ?? 0 }, schemaVersion: 2 })
  expect(parsed).toMatchObject({ ok: false, reason: { code: 'INVALID_EVENT_DATA' } })
})
