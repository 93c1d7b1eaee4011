import { expect, test } from 'vitest'
import { reasonOf } from './health.ts'

test('a component that stands still was said to be an operation that was aborted', () => {
  expect(reasonOf(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))).toBe(
    'does not answer within 3 s',
  )
  expect(reasonOf(new Error('connect ECONNREFUSED'))).toBe('connect ECONNREFUSED')
})

test('a component that refused connections was said to be a fetch that had failed, and nothing more', () => {
  const fault = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:3001') })
  expect(reasonOf(fault)).toBe('fetch failed: connect ECONNREFUSED 127.0.0.1:3001')
})
