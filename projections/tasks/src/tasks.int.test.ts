import type { NewEvent } from '@mosaic/event-store'
import { attemptSpec, type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import type { TaskPlan } from '@mosaic/contracts/task'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { countQueue, findTask, findTasks, progressOf, tasksProjection } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(tasksProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const id = (number: number) => `0190d1c8-0000-7000-8000-00000000000${number}`
const [missionId, sessionId] = [id(8), id(9)]
const plan: TaskPlan = {
  spawn: attemptSpec,
  models: [null],
  priority: 5,
  dependsOn: [],
  notBefore: null,
  maxRetries: 0,
}

type Created = { plan?: TaskPlan | null; title?: string; externalKey?: string | null }
const created = (taskId: string, over: Created = {}): NewEvent => ({
  type: 'TaskCreated',
  data: {
    taskId,
    missionId,
    source: 'mosaic-queue',
    title: `task ${taskId.at(-1)}`,
    instructions: '100% of it',
    externalKey: null,
    plan,
    ...over,
  },
})
const dispatched = (taskId: string): NewEvent => ({ type: 'TaskDispatched', data: { taskId, round: 1, attempts: 1 } })
const assigned = (taskId: string): NewEvent => ({ type: 'TaskAssigned', data: { taskId, sessionId } })
const started = (taskId: string): NewEvent => ({ type: 'TaskStarted', data: { taskId, sessionId } })
const completed = (taskId: string): NewEvent => ({
  type: 'TaskCompleted',
  data: { taskId, sessionId, summary: 'done' },
})
const failed = (taskId: string): NewEvent => ({ type: 'TaskFailed', data: { taskId, sessionId: null, reason: 'no' } })

/** Tasks 1 to n with what happened to each, in one log. */
function history(...tasks: readonly (readonly NewEvent[])[]) {
  const log = testLog()
  for (const [index, events] of tasks.entries()) log.add(`task-${id(index + 1)}`, events)
  return log.all
}
const list = (filter: Partial<Parameters<typeof findTasks>[1]> = {}) =>
  database.query('default', (transaction) => findTasks(transaction, { limit: 10, ...filter }))
const idsOf = async (filter: Parameters<typeof list>[0] = {}) => (await list(filter)).items.map(({ taskId }) => taskId)

test('a task is shown from its creation through its attempts to its end, in batches of any size, and delivered twice', async () => {
  const events = history([created(id(1)), dispatched(id(1)), assigned(id(1)), started(id(1)), completed(id(1))])
  await database.apply(...events.map((event) => [event]))
  await database.apply(events)
  const task = await database.query('default', (transaction) => findTask(transaction, id(1)))
  expect(task).toMatchObject({
    status: 'completed',
    round: 1,
    summary: 'done',
    attempts: [{ sessionId, round: 1, status: 'completed', summary: 'done', chosen: false }],
    createdAt: '2026-01-02T03:04:05.000Z',
    startedAt: '2026-01-02T03:04:08.000Z',
    endedAt: '2026-01-02T03:04:09.000Z',
    revision: 4,
  })
})

test('the newest come first, page by page, by status, mission, key and text', async () => {
  await database.apply(
    history(
      [created(id(1), { externalKey: 'G-1' })],
      [created(id(2)), failed(id(2))],
      [created(id(3), { title: 'other' })],
    ),
  )
  expect(await idsOf()).toEqual([id(3), id(2), id(1)])
  const first = await list({ limit: 2 })
  expect(first.items.map(({ taskId }) => taskId)).toEqual([id(3), id(2)])
  expect(await idsOf({ cursor: first.nextCursor! })).toEqual([id(1)])
  expect(await idsOf({ status: 'failed' })).toEqual([id(2)])
  expect(await idsOf({ externalKey: 'G-1' })).toEqual([id(1)])
  expect(await idsOf({ q: 'OTHER' })).toEqual([id(3)])
  expect(await idsOf({ q: '100%' })).toHaveLength(3)
  expect(await idsOf({ q: '1_0' })).toEqual([])
  expect(await idsOf({ missionId: id(7) })).toEqual([])
})

test('a task that came with the spawn of its agent can be shown, and is not in the queue', async () => {
  await database.apply(history([created(id(1), { plan: null }), assigned(id(1))]))
  expect(await idsOf()).toEqual([])
  const task = await database.query('default', (transaction) => findTask(transaction, id(1)))
  expect(task).toMatchObject({ status: 'assigned', plan: null })
})

test('the queue in numbers: what waits for tasks is blocked, what waits for a moment delayed', async () => {
  await database.apply(
    history(
      [created(id(1)), dispatched(id(1)), assigned(id(1)), started(id(1))],
      [created(id(2), { plan: { ...plan, dependsOn: [id(1)] } })],
      [created(id(3), { plan: { ...plan, notBefore: '2999-01-01T00:00:00.000Z' } })],
      [created(id(4)), dispatched(id(4))],
      [created(id(5)), failed(id(5))],
      [created(id(6))],
    ),
  )
  const { oldestAgeSeconds, ...counts } = await database.query('default', (transaction) => countQueue(transaction))
  expect(counts).toEqual({
    pending: 3,
    delayed: 1,
    blocked: 1,
    dispatched: 1,
    active: 1,
    completed: 0,
    failed: 1,
    cancelled: 0,
    position: '0',
  })
  expect(oldestAgeSeconds).toBeGreaterThan(0)
})

test('an empty queue has no oldest task', async () => {
  expect(await database.query('default', (transaction) => countQueue(transaction))).toMatchObject({
    pending: 0,
    oldestAgeSeconds: null,
  })
})

test('a mission has its tasks by status, and another workspace sees none of it', async () => {
  await database.apply(history([created(id(1)), failed(id(1))], [created(id(2))], [created(id(3), { plan: null })]))
  const progress = (workspaceId: string) =>
    database.query(workspaceId, async (transaction) => Object.fromEntries(await progressOf(transaction, [missionId])))
  expect(await progress('default')).toEqual({ [missionId]: { failed: 1, pending: 1 } })
  expect(await progress('elsewhere')).toEqual({})
  expect(await database.query('elsewhere', (transaction) => findTask(transaction, id(1)))).toBeUndefined()
})
