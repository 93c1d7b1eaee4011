import { expect, test } from 'vitest'
import { heartbeat } from './owners.ts'
import { roundMs } from './take-over.ts'

test('whose owner fell silent is claimed within ten seconds, with a second to spare for the claim', () => {
  // At the worst the last beat was heard as it died, and was on its way for as long as there are between two.
  expect(heartbeat.everyMs + heartbeat.silenceMs + roundMs).toBeLessThanOrEqual(9_000)
})
