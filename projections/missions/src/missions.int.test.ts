import type { NewEvent } from '@mosaic/event-store'
import { type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findMission, findMissions, missionsProjection } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(missionsProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const id = (number: number) => `0190d1c8-0000-7000-8000-00000000000${number}`
const created = (missionId: string): NewEvent => ({
  type: 'MissionCreated',
  data: {
    missionId,
    title: 'Greet',
    objective: 'All are greeted.',
    acceptance: ['it is so'],
    tasks: [],
    budget: null,
    approvals: null,
  },
})
const paused = (missionId: string): NewEvent => ({ type: 'MissionPaused', data: { missionId, reason: 'lunch' } })
const resumed = (missionId: string): NewEvent => ({ type: 'MissionResumed', data: { missionId } })
const ended = (missionId: string): NewEvent => ({ type: 'MissionEnded', data: { missionId, outcome: 'completed' } })
const show = (missionId: string, workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findMission(transaction, missionId))

test('a mission is shown as it stands, in batches of any size, and delivered twice', async () => {
  const log = testLog()
  const events = log.add(`mission-${id(1)}`, [created(id(1)), paused(id(1)), resumed(id(1)), ended(id(1))])
  await database.apply(events.slice(0, 2))
  expect(await show(id(1))).toMatchObject({ status: 'paused', reason: 'lunch', endedAt: null })
  await database.apply(...events.slice(2).map((event) => [event]))
  await database.apply(events)
  expect(await show(id(1))).toMatchObject({ status: 'completed', reason: null, endedAt: '2026-01-02T03:04:08.000Z' })
})

test('the newest come first, page by page, by status, and another workspace sees none', async () => {
  const log = testLog()
  log.add(`mission-${id(1)}`, [created(id(1))])
  log.add(`mission-${id(2)}`, [created(id(2)), ended(id(2))])
  await database.apply(log.all)
  const list = (filter: { status?: 'completed'; limit?: number; cursor?: string }, workspaceId = 'default') =>
    database.query(workspaceId, (transaction) => findMissions(transaction, { limit: 10, ...filter }))
  const first = await list({ limit: 1 })
  expect(first.items.map(({ missionId }) => missionId)).toEqual([id(2)])
  expect((await list({ cursor: first.nextCursor! })).items.map(({ missionId }) => missionId)).toEqual([id(1)])
  expect((await list({ status: 'completed' })).items).toHaveLength(1)
  expect((await list({}, 'elsewhere')).items).toEqual([])
  expect(await show(id(1), 'elsewhere')).toBeUndefined()
})
