import { expect, test } from 'vitest'
import { CheckpointPace } from './checkpoint-pace.ts'

test('what is quick is done after every step', () => {
  const pace = new CheckpointPace()
  for (let now = 0; now < 100; now += 10) {
    expect(pace.isDue(now)).toBe(true)
    pace.succeeded(now, 80)
  }
})

test('what is slow takes a tenth of the time at most', () => {
  const pace = new CheckpointPace()
  pace.succeeded(10_000, 6000)
  expect([10_000, 63_999, 64_000].map((now) => pace.isDue(now))).toEqual([false, false, true])
})

test('what fails is tried again later and later, and not for ever', () => {
  const pace = new CheckpointPace()
  let now = 0
  let tries = 0
  for (; now < 86_400_000; now += 1000) {
    if (!pace.isDue(now)) continue
    tries += 1
    pace.failed(now)
  }
  expect(tries).toBe(8)
})

test('one success, and it is done after every step again', () => {
  const pace = new CheckpointPace()
  pace.failed(0)
  pace.succeeded(10_000, 50)
  expect(pace.isDue(10_000)).toBe(true)
})
