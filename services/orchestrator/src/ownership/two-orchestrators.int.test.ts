import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Harness } from '../../test/harness.ts'
import {
  expectCounted,
  type Fault,
  openGates,
  Orchestrator,
  ownersOf,
  playRound,
} from '../../test/two-orchestrators.ts'

// Two orchestrators on one log and one data folder, as a person starts a second one by accident or for a rolling
// restart. The long form is `two-orchestrators.night.test.ts`.

const steps = 8
let harness: Harness
beforeAll(async () => void (harness = await Harness.start()))
afterAll(() => harness.close())

test('a second orchestrator on the log does not run the sessions of the first', async () => {
  const first = await Orchestrator.start(harness)
  const early = await first.spawnCounting(2, steps)
  const second = await Orchestrator.start(harness)
  const late = await second.spawnCounting(1, steps)
  const ids = [...early, ...late]
  await openGates(harness, ids)
  await Promise.all(ids.map((id) => expectCounted(harness, id, steps)))
  const owners = await Promise.all(ids.map((id) => ownersOf(harness, id)))
  expect(owners.map(({ length }) => length)).toEqual([1, 1, 1])
  expect(owners[0]).toEqual(owners[1])
  expect(owners[2]).not.toEqual(owners[0])
  for (const id of ids) {
    expect((await harness.types(id)).filter((type) => type === 'AgentSpawned')).toHaveLength(1)
  }
  await Promise.all([first, second].map(({ service }) => service.stop()))
}, 300_000)

const seed = randomInt(2 ** 31)

test.each<Fault>(['SIGSTOP', 'SIGKILL'])(
  '%s of one of two takes nothing from ten agents',
  async (fault) => {
    console.log(`seed ${seed}`)
    await playRound({ harness, fault, seed, steps, away: async () => undefined })
  },
  600_000,
)
