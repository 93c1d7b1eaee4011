import { expect, test } from 'vitest'
import { numberFrom, wholeFrom } from './numbers.ts'

test.each(['', ' ', 'many', 'NaN', 'Infinity', '-1', '0x'])('%j is no number of an option', (text) => {
  expect(() => numberFrom(0)(text)).toThrow('A number is expected, 0 or more.')
  expect(() => wholeFrom(0)(text)).toThrow('A whole number is expected, 0 or more.')
})

test('a fraction is a number, and no whole one', () => {
  expect([numberFrom(0)('0.5'), wholeFrom(1)('12')]).toEqual([0.5, 12])
  expect(() => wholeFrom(0)('0.5')).toThrow('A whole number is expected')
  expect(() => wholeFrom(1)('0')).toThrow('1 or more')
})
