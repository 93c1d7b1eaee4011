import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, format, money, negate, sum } from '../src/index.js'

test('amounts are whole minor units', () => {
  assert.throws(() => money(19.99, 'EUR'), TypeError)
  assert.throws(() => money(1, 'XYZ'), RangeError)
})

test('adds and sums one currency only', () => {
  assert.deepEqual(sum([money(250, 'EUR'), money(-50, 'EUR')], 'EUR'), money(200, 'EUR'))
  assert.throws(() => add(money(1, 'EUR'), money(1, 'USD')), TypeError)
})

test('formats each currency with its own number of digits', () => {
  assert.equal(format(money(-123450, 'EUR')), '-1234.50 EUR')
  assert.equal(format(money(5, 'EUR')), '0.05 EUR')
  assert.equal(format(money(1200, 'JPY')), '1200 JPY')
  assert.equal(format(negate(money(1, 'KWD'))), '-0.001 KWD')
})
