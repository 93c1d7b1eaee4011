import { expect, test } from 'vitest'
import { isMissing, isTransient, sqlState } from './errors.ts'

const fault = (code: string, message = 'no') => Object.assign(new Error(message), { code })

test.each(['08006', '57P01', '57014', '53300', '40001', '40P01', '55P03', 'ECONNREFUSED', 'ECONNRESET'])(
  '%s may pass',
  (code) => expect(isTransient(fault(code))).toBe(true),
)

test.each(['22P02', '23505', '42P01', '42501', 'ERR_INVALID_ARG_TYPE'])('%s will not pass', (code) => {
  expect(isTransient(fault(code))).toBe(false)
})

test('what the driver says without a code is understood as well', () => {
  expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isTransient(new Error('timeout exceeded when trying to connect'))).toBe(true)
  expect(isTransient(new AggregateError([fault('ECONNREFUSED')]))).toBe(true)
  expect(isTransient(new TypeError('cannot read properties of undefined'))).toBe(false)
  expect(isTransient('text')).toBe(false)
})

test('a missing table, schema or role is told apart from a fault', () => {
  for (const code of ['42P01', '3F000', '42704']) expect(isMissing(fault(code))).toBe(true)
  expect(isMissing(fault('22023', 'role "mosaic_reader" does not exist'))).toBe(true)
  expect(isMissing(fault('22023', 'invalid value'))).toBe(false)
  expect(sqlState(fault('ECONNRESET'))).toBeUndefined()
})
