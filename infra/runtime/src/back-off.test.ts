import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BackOff, pauseAfter, pauseAsked, persistently } from './back-off.ts'

const pauses = { firstMs: 100, longestMs: 1000 }

test('pauses double up to the longest', () => {
  expect([1, 2, 3, 4, 5, 50].map((failures) => pauseAfter(failures, pauses))).toEqual([100, 200, 400, 800, 1000, 1000])
})

test('a spread takes off up to its share', () => {
  const spread = { ...pauses, spread: 0.5 }
  expect([0, 0.5, 1].map((chance) => pauseAfter(2, spread, () => chance))).toEqual([200, 150, 100])
})

test('who is asked to wait waits that long at least, and not all to the same moment', () => {
  expect([0, 1].map((chance) => pauseAsked(240_000, 500, () => chance))).toEqual([240_000, 264_000])
  expect([0, 1].map((chance) => pauseAsked(0, 500, () => chance))).toEqual([500, 1500])
  expect(pauseAsked(3_600_000, 500, () => 1)).toBe(3_660_000)
})

describe('with a clock that is turned by hand', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const never = new AbortController().signal

  test('work is done again until it succeeds', async () => {
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue('done')
    const done = persistently(work, { ...pauses, signal: never })
    await vi.advanceTimersByTimeAsync(99)
    expect(work).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await done).toBe('done')
  })

  test('what does not pass is thrown at once, and each failure is told with its number', async () => {
    const told: number[] = []
    const work = vi.fn<() => Promise<never>>().mockRejectedValue(new Error('gone'))
    const isPassing = (_error: unknown, failures: number) => told.push(failures) < 3
    const done = expect(persistently(work, { ...pauses, signal: never, isPassing })).rejects.toThrow('gone')
    await vi.advanceTimersByTimeAsync(300)
    await done
    expect(told).toEqual([1, 2, 3])
  })

  test('an abort ends the pause and the work', async () => {
    const stop = new AbortController()
    const work = vi.fn<() => Promise<never>>().mockRejectedValue(new Error('away'))
    const done = expect(persistently(work, { ...pauses, signal: stop.signal })).rejects.toThrow('enough')
    await vi.advanceTimersByTimeAsync(10)
    stop.abort(new Error('enough'))
    await done
    expect([work.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  test('after a success the next pause is the first', async () => {
    const backOff = new BackOff(pauses)
    for (const [ms, failures] of [
      [100, 1],
      [200, 2],
    ] as const) {
      const paused = backOff.pause(never)
      await vi.advanceTimersByTimeAsync(ms)
      await paused
      expect(backOff.failures).toBe(failures)
    }
    backOff.reset()
    const paused = backOff.pause(never)
    await vi.advanceTimersByTimeAsync(100)
    await paused
  })
})
