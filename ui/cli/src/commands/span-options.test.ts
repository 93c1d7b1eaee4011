import { expect, test } from 'vitest'
import { momentOf } from './span-options.ts'

const now = new Date('2026-01-31T12:00:00.000Z')

test.each([
  ['90s', '2026-01-31T11:58:30.000Z'],
  ['30m', '2026-01-31T11:30:00.000Z'],
  ['2h', '2026-01-31T10:00:00.000Z'],
  ['3d', '2026-01-28T12:00:00.000Z'],
  ['2026-01-30T09:30Z', '2026-01-30T09:30:00.000Z'],
  ['2026-01-30T09:30:00+02:00', '2026-01-30T07:30:00.000Z'],
  ['2026-01-30', new Date(2026, 0, 30).toISOString()],
  ['2026-01-30T09:30', new Date(2026, 0, 30, 9, 30).toISOString()],
])('%s is %s', (text, expected) => expect(momentOf(text, undefined, now)).toBe(expected))

test.each(['', 'yesterday', '5', '2026', '2026-13-01', '-3d', '3w'])('%j is no moment', (text) =>
  expect(() => momentOf(text, undefined, now)).toThrow('expected a moment'),
)
