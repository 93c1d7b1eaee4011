import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, taxOn } from '../src/index.js'

test('takes basis points of the net amount', () => {
  assert.deepEqual(taxOn(money(10_000, 'EUR'), 1900), money(1900, 'EUR'))
  assert.deepEqual(taxOn(money(1999, 'EUR'), 1900), money(380, 'EUR'))
})

test('rounds a half cent to even', () => {
  assert.deepEqual(taxOn(money(50, 'EUR'), 700), money(4, 'EUR'))
  assert.deepEqual(taxOn(money(150, 'EUR'), 700), money(10, 'EUR'))
})
