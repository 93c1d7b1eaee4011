import { expect, test } from 'vitest'
import { Proofs } from './proofs.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a kill is recorded after the proofs of all that were hit with it, and not before it may be', async () => {
  const proofs = new Proofs()
  const [first, second, begun] = [1, 2, 3].map(() => Promise.withResolvers<void>())
  let isSettled = false
  proofs.watch(first!.promise)
  void proofs.settled(begun!.promise).then(() => (isSettled = true))
  proofs.watch(second!.promise)
  begun!.resolve()
  first!.resolve()
  await turn()
  expect(isSettled).toBe(false)
  second!.resolve()
  await turn()
  expect(isSettled).toBe(true)
})

test('a proof that does not come, or fails, holds nobody up for ever', async () => {
  const proofs = new Proofs()
  proofs.watch(Promise.reject(new Error('stopping')))
  await proofs.settled(Promise.reject(new Error('the store is away')))
  proofs.watch(new Promise(() => undefined))
  await proofs.settled(Promise.resolve())
})
