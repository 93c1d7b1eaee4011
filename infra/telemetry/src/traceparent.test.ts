import { expect, test } from 'vitest'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']

test('what is written is read again', () => {
  const text = `00-${traceId}-${spanId}-01`
  expect(parseTraceparent(text)).toEqual({ traceId, spanId, traceFlags: 1 })
  expect(formatTraceparent(parseTraceparent(text)!)).toBe(text)
})

test('a later version may say more', () => {
  expect(parseTraceparent(`cc-${traceId}-${spanId}-00-what-comes`)).toEqual({ traceId, spanId, traceFlags: 0 })
})

test.each([
  ['no trace', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['no span', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['a version that is none', `ff-${traceId}-${spanId}-01`],
  ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a text', 'who knows'],
])('%s names nothing', (_, text) => {
  expect(parseTraceparent(text)).toBeUndefined()
})
