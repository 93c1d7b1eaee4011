import assert from 'node:assert/strict'
import { test } from 'node:test'
import { divideHalfEven } from '../src/index.js'

test('rounds to the nearest whole number', () => {
  assert.equal(divideHalfEven(7, 3), 2)
  assert.equal(divideHalfEven(8, 3), 3)
  assert.equal(divideHalfEven(9, 3), 3)
})

test('rounds a half to the even neighbour', () => {
  assert.equal(divideHalfEven(5, 2), 2)
  assert.equal(divideHalfEven(7, 2), 4)
})

test('refuses a denominator that is not positive', () => {
  assert.throws(() => divideHalfEven(1, 0), RangeError)
  assert.throws(() => divideHalfEven(1, -2), RangeError)
})
