import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocate, money, sum } from '../src/index.js'

const amounts = (shares) => shares.map(({ amount }) => amount)

test('gives the odd cent to the first of equals', () => {
  assert.deepEqual(amounts(allocate(money(100, 'EUR'), [1, 1, 1])), [34, 33, 33])
})

test('never loses a cent', () => {
  for (let total = 0; total < 500; total += 7) {
    assert.deepEqual(sum(allocate(money(total, 'EUR'), [3, 0, 5, 9]), 'EUR'), money(total, 'EUR'))
  }
})

test('refuses weights that cannot be shared by', () => {
  assert.throws(() => allocate(money(1, 'EUR'), [0, 0]), RangeError)
  assert.throws(() => allocate(money(1, 'EUR'), [2, -1]), RangeError)
})
