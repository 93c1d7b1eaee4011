import { expect, test } from 'vitest'
import { isAfter } from './position.ts'

test.each([
  ['1', null, true],
  [null, null, false],
  [null, '1', false],
  ['10', '9', true],
  ['9', '10', false],
  ['100', '100', false],
  ['18446744073709551615', '9223372036854775807', true],
])('%s after %s: %s', (a, b, expected) => expect(isAfter(a, b)).toBe(expected))
