import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

/** Runs tasks whose ends the test decides, and notes what has begun. */
function begin(tasks: Parameters<typeof sideBySide>[0], lanes: number) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const all = sideBySide(tasks, lanes, ({ name }) => {
    begun.push(name)
    return new Promise((resolve) => ends.set(name, resolve))
  })
  const end = async (name: string) => {
    ends.get(name)!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { begun, end, all }
}

test('as many at a time as there are lanes, in their order', async () => {
  const { begun, end, all } = begin([{ name: 'a' }, { name: 'b' }, { name: 'c' }], 2)
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  await end('a')
  await end('c')
  await all
})

test('what waits for another lets those behind it go first', async () => {
  const { begun, end, all } = begin([{ name: 'a' }, { name: 'b', after: ['a'] }, { name: 'c' }], 2)
  expect(begun).toEqual(['a', 'c'])
  await end('c')
  expect(begun).toEqual(['a', 'c'])
  await end('a')
  expect(begun).toEqual(['a', 'c', 'b'])
  await end('b')
  await all
})

test('what wants to be alone waits for all before it, and all behind it wait', async () => {
  const { begun, end, all } = begin([{ name: 'a' }, { name: 'b', alone: true }, { name: 'c' }, { name: 'd' }], 2)
  expect(begun).toEqual(['a'])
  await end('a')
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await end('c')
  await end('d')
  await all
})

test('what is not run is not waited for', async () => {
  const { begun, end, all } = begin([{ name: 'b', after: ['a'] }], 2)
  expect(begun).toEqual(['b'])
  await end('b')
  await all
})

test('those that wait for each other are named', async () => {
  const circle = [
    { name: 'a', after: ['b'] },
    { name: 'b', after: ['a'] },
  ]
  await expect(begin(circle, 2).all).rejects.toThrow('these wait for each other: a, b')
})
