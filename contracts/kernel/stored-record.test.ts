import { expect, test } from 'vitest'
import { dataOf, nestsTooDeep } from './index.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const read = (json: string) => dataOf('application/json', new TextEncoder().encode(json))

test('JSON that nests so deep that it could not be written out again is read as text', () => {
  expect(read(nested(100_000))).toBe(nested(100_000))
  expect(read(nested(201))).toBe(nested(201))
  expect(JSON.stringify(read(nested(200)))).toBe(nested(200))
})

test.each([
  ['brackets in a string', JSON.stringify({ text: '['.repeat(1000) })],
  ['escaped quotes before brackets', JSON.stringify(['\\"'.repeat(300), '{'.repeat(1000)])],
  ['escaped backslashes before a quote', JSON.stringify(['\\', '\\\\"', '['.repeat(1000), '\\'.repeat(301)])],
  ['many siblings', JSON.stringify(Array.from({ length: 1000 }, () => [{}]))],
])('%s do not count as nesting', (_, json) => {
  expect(nestsTooDeep(json)).toBe(false)
  expect(read(json)).toEqual(JSON.parse(json))
})

test('nesting behind strings counts, and a string without an end ends the text', () => {
  expect(nestsTooDeep(`${JSON.stringify('\\"')}${nested(201)}`)).toBe(true)
  expect(nestsTooDeep(`"${nested(201)}`)).toBe(false)
})
