import type { BudgetStatus } from '@mosaic/contracts/budget'
import type { NewEvent } from '@mosaic/event-store'
import { type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { budgetsProjection, findBudget, findBudgets } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(budgetsProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const id = (number: number) => `0190d1c8-0000-7000-8000-00000000000${number}`
const scope = (number: number) => ({ kind: 'mission', id: id(number) }) as const
const at = '2026-01-02T03:04:05.000Z'
const set = (number: number, usd = 1): NewEvent => ({
  type: 'BudgetSet',
  data: { scope: scope(number), limits: { usd, tokens: null, wallSeconds: null }, raisedFrom: null, policy: 'ask', at },
})
const call = { scope: scope(1), callId: id(8), sessionId: id(9) }
const reserved: NewEvent = { type: 'BudgetReserved', data: { ...call, most: { microUsd: 900_000, tokens: 9 } } }
const settled: NewEvent = {
  type: 'BudgetSettled',
  data: { ...call, spent: { microUsd: 850_000, tokens: 7 }, basis: 'counted' },
}
const warned: NewEvent = { type: 'BudgetWarned', data: { scope: scope(1), measure: 'usd' } }
const exhausted: NewEvent = {
  type: 'BudgetExhausted',
  data: { scope: scope(1), measure: 'usd', sessionId: id(9), at: '2026-01-02T03:05:05.000Z' },
}
const removed: NewEvent = { type: 'BudgetRemoved', data: { scope: scope(1) } }
const show = (workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findBudget(transaction, scope(1)))

test('a budget is shown as it stands, in batches of any size, and delivered twice', async () => {
  const log = testLog()
  const events = log.add(`budget-mission-${id(1)}`, [set(1), reserved, settled, warned, exhausted, set(1, 2), removed])
  await database.apply(events.slice(0, 2))
  expect(await show()).toMatchObject({
    status: 'open',
    reserved: { microUsd: 900_000, tokens: 9, calls: 1 },
    open: [{ callId: id(8), sessionId: id(9) }],
  })
  await database.apply(...events.slice(2, 5).map((event) => [event]))
  expect(await show()).toMatchObject({
    status: 'exhausted',
    exhausted: 'usd',
    warned: ['usd'],
    spent: { microUsd: 850_000, tokens: 7, calls: 1, unpricedCalls: 0 },
    reserved: { microUsd: 0, tokens: 0, calls: 0 },
    time: { countedMs: 60_000, runningSince: null },
  })
  await database.apply(events.slice(0, 6))
  expect(await show()).toMatchObject({ status: 'open', exhausted: null, warned: [], limits: { usd: 2 } })
  await database.apply(events)
  expect(await show()).toMatchObject({ status: 'removed' })
})

test('the newest come first, page by page, by status, and another workspace sees none', async () => {
  const log = testLog()
  log.add(`budget-mission-${id(1)}`, [set(1), removed])
  log.add(`budget-mission-${id(2)}`, [set(2)])
  log.add(`budget-mission-${id(3)}`, [set(3)])
  await database.apply(log.all)
  const list = async (filter: { status?: BudgetStatus; limit?: number; cursor?: string }, workspaceId = 'default') => {
    const page = await database.query(workspaceId, (transaction) => findBudgets(transaction, { limit: 10, ...filter }))
    return { ...page, ids: page.items.map((budget) => budget.scope.id) }
  }
  const first = await list({ limit: 1 })
  expect(first.ids).toEqual([id(3)])
  expect((await list({ cursor: first.nextCursor! })).ids).toEqual([id(2)])
  expect((await list({ status: 'removed' })).ids).toEqual([id(1)])
  expect((await list({}, 'elsewhere')).ids).toEqual([])
  expect(await show('elsewhere')).toBeUndefined()
})
