import { expect, test } from 'vitest'
import { entriesOf, type Keyed, valueAt, withoutKey, withValue } from './keyed.ts'

const keys = Array.from({ length: 1000 }, (_, number) => `key-${number}`)
const full = keys.reduce<Keyed<number>>((keyed, key, number) => withValue(keyed, key, number), {})

test('what is put there is found there, and nothing else', () => {
  expect(keys.map((key) => valueAt(full, key))).toEqual([...keys.keys()])
  expect(entriesOf(full)).toEqual(keys.map((key, number) => [key, number]).toSorted())
  expect([valueAt(full, 'key-1000'), valueAt(full, 'constructor'), valueAt({}, 'a')]).toEqual(Array(3).fill(undefined))
})

test('a change leaves what was as it was, and other parts the very same', () => {
  const changed = withValue(full, 'key-7', -7)
  expect([valueAt(full, 'key-7'), valueAt(changed, 'key-7')]).toEqual([7, -7])
  expect(Object.keys(changed).filter((part) => changed[Number(part)] !== full[Number(part)])).toHaveLength(1)
  expect(withoutKey(full, 'not there')).toBe(full)
})

test('nothing is left of what is taken away', () => {
  expect(keys.reduce(withoutKey, full)).toEqual({})
  expect(valueAt(withoutKey(full, 'key-7'), 'key-7')).toBeUndefined()
})

test('it goes through JSON as it is', () => {
  expect(JSON.parse(JSON.stringify(full))).toEqual(full)
})
