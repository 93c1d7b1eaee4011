import { expect, test } from 'vitest'
import { KeyedLock } from './locks.ts'
import { SharedTurns } from './shared-turns.ts'

/** A fetch that ends when it is let to, and what it finds. */
function fetching() {
  const lock = new KeyedLock()
  const turns = new SharedTurns()
  const begun: PromiseWithResolvers<void>[] = []
  let state = 0
  const fetch = async () => {
    const found = state
    const end = Promise.withResolvers<void>()
    begun.push(end)
    await end.promise
    return found
  }
  return {
    begun,
    ask: (key = 'main') => turns.run(key, fetch, (action) => lock.run('mirror', action)),
    change: () => void state++,
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a hundred and fifty who wait for one mirror fetch it once, and find what is there after they have asked', async () => {
  const { begun, ask, change } = fetching()
  const first = ask()
  await settled()
  change()
  const others = Array.from({ length: 149 }, () => ask())
  await settled()
  begun[0]!.resolve()
  expect(await first, 'it had begun before').toBe(0)
  await settled()
  expect(begun).toHaveLength(2)
  begun[1]!.resolve()
  expect(new Set(await Promise.all(others))).toEqual(new Set([1]))
})

test('what is asked for by another name is done by itself, in its turn', async () => {
  const { begun, ask } = fetching()
  const both = [ask('main'), ask('next')]
  await settled()
  expect(begun).toHaveLength(1)
  begun[0]!.resolve()
  await both[0]
  await settled()
  begun[1]!.resolve()
  expect(await Promise.all(both)).toEqual([0, 0])
})
