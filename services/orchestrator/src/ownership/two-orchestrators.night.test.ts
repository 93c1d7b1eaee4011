import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { Harness } from '../../test/harness.ts'
import { type Fault, playRound } from '../../test/two-orchestrators.ts'

// The long form of `two-orchestrators.int.test.ts`: whoever is hit is away for twenty seconds, over several seeds.

const rounds = 6
const awayMs = 20_000
const first = Number(process.env['MOSAIC_TEST_SEED'] ?? randomInt(2 ** 31))

let harness: Harness
beforeAll(async () => void (harness = await Harness.start()))
afterAll(() => harness.close())

const played = Array.from({ length: rounds }, (_, round) => {
  // Each fault hits each of the two.
  const fault: Fault = Math.floor(round / 2) % 2 === 0 ? 'SIGSTOP' : 'SIGKILL'
  return { fault, seed: first + round }
})

test.each(played)(
  '$fault of one of two for twenty seconds takes nothing from ten agents (seed $seed)',
  async (round) => {
    await playRound({ harness, ...round, steps: 40, away: () => wait(awayMs) })
  },
  900_000,
)
