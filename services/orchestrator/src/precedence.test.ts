import { expect, test } from 'vitest'
import { Precedence } from './precedence.ts'

const { signal } = new AbortController()

test('what was held is given back after every receipt that was being written, and after none that came later', async () => {
  const precedence = new Precedence()
  const [first, second] = [precedence.begin(), precedence.begin()]
  let isSettled = false
  const settled = precedence.settled(signal).then(() => (isSettled = true))
  precedence.begin()
  first()
  first()
  await Promise.resolve()
  expect(isSettled).toBe(false)
  second()
  await settled
})

test('nobody waits where none is being written', async () => {
  const precedence = new Precedence()
  precedence.begin()()
  await precedence.settled(signal)
})

test('an orchestrator that stops does not wait', async () => {
  const precedence = new Precedence()
  precedence.begin()
  await expect(precedence.settled(AbortSignal.abort())).rejects.toThrow(/abort/i)
})
