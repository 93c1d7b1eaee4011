import { describe, expect, test } from 'vitest'
import { encodeBody, encodeRecord } from '../wire/record.ts'
import { compileFilter, looksAtNothing, shownInAll } from './filter.ts'

const base = { on: 'type' as const, regex: '', prefixes: [] as string[], window: 10, hasWindow: true, multiplier: 1 }
const names = { stream: 'order-1', type: 'OrderPlaced' }

describe('compileFilter', () => {
  test('matches prefixes and expressions, of type or stream', () => {
    expect(compileFilter({ ...base, prefixes: ['X', 'Order'] })(names)).toBe(true)
    expect(compileFilter({ ...base, prefixes: ['order'] })(names)).toBe(false)
    expect(compileFilter({ ...base, on: 'stream', regex: '^order-\\d+$' })(names)).toBe(true)
    expect(compileFilter({ ...base, regex: '(?i)^orderp' })(names)).toBe(true)
  })

  test('knows the anchors and character classes of .NET', () => {
    expect(compileFilter({ ...base, regex: '\\AOrderPlaced\\z' })(names)).toBe(true)
    expect(compileFilter({ ...base, regex: '\\APlaced' })(names)).toBe(false)
    expect(compileFilter({ ...base, regex: '^\\p{Lu}\\p{Ll}+\\p{Lu}' })(names)).toBe(true)
  })

  test('finds everything with an empty prefix, and nothing without any', () => {
    expect(compileFilter({ ...base, prefixes: [''] })(names)).toBe(true)
    expect(compileFilter(base)(names)).toBe(false)
  })

  test('refuses a filter without window, without expression, with a broken one', () => {
    expect(() => compileFilter({ ...base, hasWindow: false })).toThrow(/window/)
    expect(() => compileFilter({ ...base, on: undefined })).toThrow(/expression/)
    expect(() => compileFilter({ ...base, regex: '([' })).toThrow(SyntaxError)
  })
})

test.each([
  [undefined, false],
  [1, false],
  [0, true],
  [2 ** 31, true],
])('a window of %s looks at nothing: %s', (window, expected) => {
  expect(looksAtNothing({ ...base, window })).toBe(expected)
})

test.each([
  ['orders', true],
  ['$settings', true],
  ['$persistentsubscription-orders::group-parked', true],
  ['$persistentsubscription-$all::group-parked', false],
  ['$persistentsubscription-$all::group-checkpoint', false],
  ['$$$persistentsubscription-$all::group-parked', true],
])('$all shows %s: %s', (stream, shown) => {
  const body = encodeBody({ type: 'T', isJson: true, data: Buffer.alloc(0) })
  const id = '0b6e3a54-7c1f-4f7e-9a7b-3f1a6f1f2e3d'
  const at = { revision: 0, position: 256, createdMs: 1_700_000_000_123 }
  expect(shownInAll(encodeRecord({ ...at, id, stream: Buffer.from(stream), body }))).toBe(shown)
})
