import { expect, test } from 'vitest'
import { backOffMs, failuresAfter, steadyMs } from './back-off.ts'

test('doubles from 250 ms and stays at 10 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(backOffMs)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('a process that ran steadily starts the count anew', () => {
  expect(failuresAfter(5, steadyMs)).toBe(1)
  expect(failuresAfter(5, steadyMs - 1)).toBe(6)
})
