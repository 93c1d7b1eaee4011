import { describe, expect, test } from 'vitest'
import { compileFilter } from './filter.ts'

const base = { on: 'type' as const, regex: '', prefixes: [] as string[], window: 10, hasWindow: true, multiplier: 1 }
const names = { stream: 'order-1', type: 'OrderPlaced' }

describe('compileFilter', () => {
  test('matches prefixes and expressions, of type or stream', () => {
    expect(compileFilter({ ...base, prefixes: ['X', 'Order'] })(names)).toBe(true)
    expect(compileFilter({ ...base, prefixes: ['order'] })(names)).toBe(false)
    expect(compileFilter({ ...base, on: 'stream', regex: '^order-\\d+$' })(names)).toBe(true)
    expect(compileFilter({ ...base, regex: '(?i)^orderp' })(names)).toBe(true)
  })

  test('refuses a filter without window, without expression, with a broken one', () => {
    expect(() => compileFilter({ ...base, hasWindow: false })).toThrow(/window/)
    expect(() => compileFilter({ ...base, on: undefined })).toThrow(/expression/)
    expect(() => compileFilter({ ...base, regex: '([' })).toThrow(SyntaxError)
  })
})
