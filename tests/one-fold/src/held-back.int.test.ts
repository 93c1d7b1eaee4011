import { fleetHistory } from '@mosaic/kit'
import * as fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { expectSame } from './expectations.ts'
import { tellEverything, type Watched, watchAll } from './watched.ts'
import { World } from './world.ts'

let world: World
beforeAll(async () => void (world = await World.open()))
afterAll(() => world.close())

/** Facts happen while nobody listens, others while the answers are on their way; both are in no answer that is late. */
const spell = fc.record({
  isCut: fc.boolean(),
  missed: fc.integer({ min: 1, max: 4 }),
  /** Before the read models are asked, and between that and their answer. */
  live: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  heldBack: fc.nat(3),
  /** Whether what happens is told before the answers arrive, or behind them. */
  isToldFirst: fc.constantFrom(true, true, false),
})
type Spell = typeof spell extends fc.Arbitrary<infer Value> ? Value : never

test('what is told while the read models are held back is on the page once they are let go', async () => {
  await fc.assert(
    fc.asyncProperty(fleetHistory, fc.array(spell, { minLength: 1, maxLength: 2 }), async (history, spells) => {
      await world.beginAnew(history)
      const watched = watchAll(world, 0)
      // The rest of the history does not happen: it would have the page ask again, and hide what it lacks.
      for (const one of spells) await pass(one, watched)
      for (const one of watched) await tellEverything(world, one)
      for (const one of watched) await expectSame(world, one)
    }),
    { numRuns: 40 },
  )
}, 300_000)

async function pass({ isCut, missed, live, heldBack, isToldFirst }: Spell, watched: readonly Watched[]): Promise<void> {
  for (const { gateway } of watched) if (isCut && gateway.isConnected) await gateway.switchConnection()
  happen(missed, watched)
  for (const { gateway } of watched) if (!gateway.isConnected) await gateway.switchConnection()
  for (const { gateway } of watched) await gateway.tellAll()
  happen(live[0], watched)
  await world.holdBack(heldBack)
  for (const { gateway } of watched) await gateway.lookUp()
  happen(live[1], watched)
  for (const { gateway } of watched) {
    if (isToldFirst) await gateway.tellAll()
    await gateway.answerAll()
    await gateway.tellAll()
  }
}

function happen(count: number, watched: readonly Watched[]): void {
  const events = world.record(count)
  for (const { gateway } of watched) gateway.announce(events)
}
