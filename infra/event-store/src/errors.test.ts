import { MaxAppendSizeExceededError, UnknownError, UnavailableError } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { InvalidEventError, StoreUnavailableError, toStoreError } from './errors.ts'

test.each([
  ['with its reason', 'database or disk is full', 'the event store cannot do it now: database or disk is full'],
  ['without one', '', 'the event store cannot do it now: it does not say why'],
])('a store whose disk is full was an internal error of whoever asked it: %s', (_, message, told) => {
  const error = toStoreError(new UnknownError(undefined, message))
  expect(error).toBeInstanceOf(StoreUnavailableError)
  expect(error.message).toBe(told)
})

test('what does not answer is unavailable, anything else is what it is', () => {
  expect(toStoreError(new UnavailableError()).message).toBe('the event store does not answer')
  const other = new Error('other')
  expect(toStoreError(other)).toBe(other)
})

test('an event that was too large for the store was an internal error', () => {
  const error = toStoreError(MaxAppendSizeExceededError.fromMaxAppendSize(1_048_576))
  expect(error).toBeInstanceOf(InvalidEventError)
  expect(error.message).toContain('takes 1048576 bytes at once')
})
