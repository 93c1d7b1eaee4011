import { type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { queueProjection, readPause } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(queueProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const paused = { type: 'QueuePaused', data: { reason: 'lunch' } } as const
const resumed = { type: 'QueueResumed', data: {} } as const
const read = (workspaceId = 'default') => database.query(workspaceId, (transaction) => readPause(transaction))

test('a queue that was never paused is not', async () => {
  expect(await read()).toBeNull()
})

test('a pause says since when, by whom and why; another workspace goes on', async () => {
  await database.apply(testLog().add('queue-default', [paused]))
  const by = { kind: 'operator', id: 'local', name: 'Ada' }
  expect(await read()).toEqual({ reason: 'lunch', since: '2026-01-02T03:04:05.000Z', by })
  expect(await read('elsewhere')).toBeNull()
})

test('it ends when it is resumed, in batches of any size, and delivered twice', async () => {
  const events = testLog().add('queue-default', [paused, resumed])
  await database.apply(...events.map((event) => [event]))
  await database.apply(events)
  expect(await read()).toBeNull()
})
