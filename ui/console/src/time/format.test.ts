import { expect, test } from 'vitest'
import { age, cost, count, dollars, duration, elapsed } from './format.ts'

test.each([
  [0, '0:00'],
  [67_000, '1:07'],
  [3_723_000, '1:02:03'],
  [100 * 3_600_000, '4d 4h'],
  [-5, '0:00'],
])('elapsed %d ms is %s', (milliseconds, text) => expect(elapsed(milliseconds)).toBe(text))

test.each([
  [8.4, '8 ms'],
  [1430, '1.4 s'],
  [12_400, '12 s'],
  [125_000, '2 min 5 s'],
])('duration %d ms is %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text))

test.each([
  [900, 'now'],
  [12_900, '12 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
])('age %d ms is %s', (milliseconds, text) => expect(age(milliseconds)).toBe(text))

test.each([
  [1234, '1,234'],
  [56_700, '56.7k'],
  [1_234_567, '1.2M'],
])('count %d is %s', (value, text) => expect(count(value)).toBe(text))

test('small prices keep their digits', () => {
  expect(dollars(0)).toBe('$0.00')
  expect(dollars(0.0123)).toBe('$0.0123')
  expect(dollars(12.3)).toBe('$12.30')
  expect(cost({ costUsd: 0, unpricedCalls: 2 })).toBe('unknown')
  expect(cost({ costUsd: 1, unpricedCalls: 2 })).toBe('$1.00 + unknown')
  expect(cost({ costUsd: 0, unpricedCalls: 0 })).toBe('$0.00')
})
