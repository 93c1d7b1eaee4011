import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProviderLimit } from './provider-limit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new AbortController().signal
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

/** What becomes of calls, in the order in which something becomes of them. */
function entering(limit: ProviderLimit, limits: Parameters<ProviderLimit['enter']>[0]) {
  const told: string[] = []
  const enter = (name: string, signal = never) =>
    void limit.enter(limits, signal).then(
      () => told.push(name),
      (error: Error) => told.push(`${name}: ${error.message}`),
    )
  return { told, enter }
}

test('so many calls run at a time; who waits is let in in the order of asking', async () => {
  const limit = new ProviderLimit('home')
  const { told, enter } = entering(limit, { concurrency: 2 })
  for (const name of ['a', 'b', 'c', 'd']) enter(name)
  await seconds(1)
  expect(told).toEqual(['a', 'b'])
  limit.leave(0)
  await seconds(0)
  expect(told).toEqual(['a', 'b', 'c'])
  limit.leave(0)
  await seconds(0)
  expect(told).toEqual(['a', 'b', 'c', 'd'])
})

test('who waits for long is told so, as by a server that limits us, and does not hold up the next', async () => {
  const limit = new ProviderLimit('home')
  const { told, enter } = entering(limit, { concurrency: 1 })
  enter('a')
  enter('b')
  await seconds(9)
  enter('c')
  await seconds(2)
  expect(told).toEqual(['a', 'b: home is asked no more for now: its limit of 1 calls at a time, set here, is reached'])
  limit.leave(0)
  await seconds(0)
  expect(told.at(-1)).toBe('c')
})

test('who is stopped while it waits leaves the line', async () => {
  const limit = new ProviderLimit('home')
  const { told, enter } = entering(limit, { concurrency: 1 })
  const stop = new AbortController()
  enter('a')
  enter('b', stop.signal)
  enter('c')
  stop.abort(new Error('killed'))
  await seconds(0)
  limit.leave(0)
  await seconds(0)
  expect(told).toEqual(['a', 'b: killed', 'c'])
})

test('so many requests begin within any minute; a long wait for that is named with its length', async () => {
  const limit = new ProviderLimit('home')
  await limit.enter({ requestsPerMinute: 2 }, never)
  await seconds(30)
  await limit.enter({ requestsPerMinute: 2 }, never)
  await expect(limit.enter({ requestsPerMinute: 2 }, never)).rejects.toMatchObject({
    kind: 'RATE_LIMITED',
    retryAfterMs: 30_000,
    message: expect.stringContaining('2 requests a minute'),
  })
  const { told, enter } = entering(limit, { requestsPerMinute: 2 })
  await seconds(25)
  enter('a')
  await seconds(4)
  expect(told).toEqual([])
  await seconds(2)
  expect(told).toEqual(['a'])
})

test('once so many tokens were taken within a minute, the next call waits', async () => {
  const limit = new ProviderLimit('home')
  const limits = { tokensPerMinute: 1000 }
  await limit.enter(limits, never)
  limit.leave(900)
  await limit.enter(limits, never)
  limit.leave(200)
  await expect(limit.enter(limits, never)).rejects.toMatchObject({ retryAfterMs: 60_000 })
  await seconds(61)
  await limit.enter(limits, never)
})

test('without limits nobody waits', async () => {
  const limit = new ProviderLimit('home')
  const { told, enter } = entering(limit, {})
  for (const name of ['a', 'b', 'c']) enter(name)
  await seconds(0)
  expect(told).toEqual(['a', 'b', 'c'])
})
