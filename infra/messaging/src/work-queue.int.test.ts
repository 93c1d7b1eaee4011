import { randomUUID } from 'node:crypto'
import type { WorkItem } from '@mosaic/contracts/task'
import { type Engine, eventually, startMessaging } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectMessaging, type Messaging, type TakenWork } from './index.ts'

let nats: Engine
let one: Messaging
let other: Messaging
const { signal } = new AbortController()

beforeAll(async () => {
  nats = await startMessaging()
  one = connectMessaging({ url: nats.url, name: 'one' })
  other = connectMessaging({ url: nats.url, name: 'other' })
  await eventually('NATS', () => one.connected() && other.connected())
})
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()])
  await nats?.close()
})
beforeEach(async () => {
  for (;;) {
    const left = await take(one)
    if (left.length === 0) return
    for (const work of left) work.done()
  }
})

const item = (over: Partial<WorkItem> = {}): WorkItem => ({
  taskId: randomUUID(),
  workspaceId: 'default',
  round: 1,
  slot: 0,
  labels: [],
  ...over,
})
const take = (from: Messaging, most = 10) => Array.fromAsync(from.workQueue.take(most, { waitMs: 2000, signal }))
const taken = (works: readonly TakenWork[]) => works.map((work) => work.item)

test('each item goes to one worker, and is gone once that says that it is done', async () => {
  const items = Array.from({ length: 20 }, () => item())
  for (const each of items) await one.workQueue.put(each)
  const [mine, theirs] = await Promise.all([take(one), take(other)])
  expect(mine.length).toBeLessThanOrEqual(10)
  for (const work of [...mine, ...theirs]) work.done()
  const rest = mine.length + theirs.length < 20 ? await take(one, 20) : []
  for (const work of rest) work.done()
  const all = taken([...mine, ...theirs, ...rest]).map(({ taskId }) => taskId)
  expect(all.toSorted()).toEqual(items.map(({ taskId }) => taskId).toSorted())
  expect(await take(one)).toEqual([])
})

test('the same item is not put in twice; another round or slot of the task is another item', async () => {
  const first = item()
  for (const each of [first, first, { ...first, round: 2 }, { ...first, slot: 1 }]) await one.workQueue.put(each)
  const works = await take(one)
  for (const work of works) work.done()
  expect(taken(works)).toEqual([first, { ...first, round: 2 }, { ...first, slot: 1 }])
})

test('what is given back comes again, to whoever asks', async () => {
  await one.workQueue.put(item({ taskId: '01890000-0000-7000-8000-000000000001' }))
  const [work] = await take(one)
  work!.giveBack(10)
  let again: readonly TakenWork[] = []
  await eventually('it to come again', async () => {
    again = await take(other)
    return again.length > 0
  })
  again[0]!.done()
  expect(taken(again)).toEqual([work!.item])
})

test('no more are taken than were asked for, and waiting ends when it is aborted', async () => {
  for (let each = 0; each < 3; each++) await one.workQueue.put(item())
  const two = await take(one, 2)
  expect(two).toHaveLength(2)
  const last = await take(one)
  for (const work of [...two, ...last]) work.done()
  const stopping = new AbortController()
  const waiting = Array.fromAsync(one.workQueue.take(1, { waitMs: 60_000, signal: stopping.signal }))
  stopping.abort()
  expect(await waiting).toEqual([])
})

test('what came just behind another was on its way to nobody for half a minute', async () => {
  const waiting = take(one, 20)
  const items = Array.from({ length: 20 }, () => item())
  await Promise.all(items.map((each) => other.workQueue.put(each)))
  const works = [...(await waiting), ...(await take(other, 20))]
  for (const work of works) work.done()
  expect(
    taken(works)
      .map(({ taskId }) => taskId)
      .toSorted(),
  ).toEqual(items.map(({ taskId }) => taskId).toSorted())
})
