import type { NewEvent } from '@mosaic/event-store'
import { type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findMergeQueues, mergeQueuesProjection } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(mergeQueuesProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const id = (number: number) => `0190d1c8-0000-7000-8000-00000000000${number}`
const [queueId, batchId, a, b] = [id(9), id(8), id(1), id(2)]
const requested = (landingId: string): NewEvent => ({
  type: 'LandingRequested',
  data: {
    queueId,
    landingId,
    repository: '/code',
    into: 'main',
    sessionId: landingId,
    branch: `mosaic/${landingId.at(-1)}`,
    title: 'do it',
    how: 'merge',
    returnTo: 'agent',
    operator: null,
  },
})
const branch = { landingId: a, sessionId: a, branch: 'mosaic/1', commit: 'tip' }
const stack = { baseCommit: 'base', commit: 'tip', tree: 'tree', profile: 'standard' as const, branches: [branch] }
const history: NewEvent[] = [
  requested(a),
  requested(b),
  { type: 'LandingBatchStarted', data: { queueId, batchId, landingIds: [a, b], at: '2026-03-04T05:06:07.000Z' } },
  { type: 'LandingPutBack', data: { queueId, landingId: b, behind: ['mosaic/1'] } },
  { type: 'LandingBatchStacked', data: { queueId, batchId, stack } },
  { type: 'LandingBatchChecked', data: { queueId, batchId, approved: true, gates: [] } },
  { type: 'LandingBatchLanded', data: { queueId, batchId, into: 'main', commit: 'tip', branches: [branch] } },
]
const list = (filter: { repository?: string } = {}, workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findMergeQueues(transaction, filter))

test('a queue is shown as it stands, in batches of any size, and delivered twice', async () => {
  const events = testLog().add(`mergeQueue-${queueId}`, history)
  await database.apply(events.slice(0, 5))
  const [queue] = (await list()).items
  expect(queue).toMatchObject({ batch: { state: 'checking', landingIds: [a], commit: 'tip' }, over: [] })
  expect(queue?.open.map(({ landingId, status }) => [landingId, status])).toEqual([
    [a, 'tried'],
    [b, 'waiting'],
  ])
  await database.apply(...events.slice(5).map((event) => [event]))
  await database.apply(events)
  expect((await list()).items).toMatchObject([
    { batch: null, open: [{ landingId: b }], over: [{ landingId: a, status: 'landed', commit: 'tip' }] },
  ])
})

test('queues are found by repository, and another workspace sees none', async () => {
  await database.apply(testLog().add(`mergeQueue-${queueId}`, [requested(a)]))
  expect((await list({ repository: '/code' })).items).toHaveLength(1)
  expect((await list({ repository: '/other' })).items).toEqual([])
  expect((await list({}, 'elsewhere')).items).toEqual([])
})
