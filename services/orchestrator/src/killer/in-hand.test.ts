import { expect, test } from 'vitest'
import { InHand } from './in-hand.ts'

test('what the orchestrator says it has in hand it has, whether it says so before or after it is asked', async () => {
  const inHand = new InHand()
  inHand.add('before')
  const after = inHand.within('after', 10_000)
  inHand.add('after')
  expect([await inHand.within('before', 0), await after, await inHand.within('never', 5)]).toEqual([true, true, false])
})

test('only the newest are remembered', async () => {
  const inHand = new InHand()
  for (let number = 0; number <= 1000; number++) inHand.add(String(number))
  expect([await inHand.within('0', 1), await inHand.within('1', 1)]).toEqual([false, true])
})
