import { fleetHistory } from '@mosaic/kit'
import * as fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { expectSame } from './expectations.ts'
import { type Moment, moments } from './moments.ts'
import { tellEverything, type Watched, watchAll } from './watched.ts'
import { World } from './world.ts'

let world: World
beforeAll(async () => void (world = await World.open()))
afterAll(() => world.close())

test('page state, read model and naive fold are the same, whatever happens and however it is told', async () => {
  await fc.assert(
    fc.asyncProperty(fleetHistory, moments, fc.nat(3), async (history, several, feedLag) => {
      await world.beginAnew(history)
      const watched = watchAll(world, feedLag)
      for (let at = 0; !world.isOver; at++) await pass(several[at % several.length]!, watched)
      for (const one of watched) await tellEverything(world, one)
      for (const one of watched) await expectSame(world, one)
    }),
    { numRuns: 25 },
  )
}, 300_000)

async function pass(moment: Moment, watched: readonly Watched[]): Promise<void> {
  const happened = world.record(moment.recorded)
  await world.project(moment.projected.count, moment.projected.again)
  for (const { workspaceId, gateway, page } of watched) {
    gateway.announce(happened)
    const opened = moment.opened === null ? undefined : world.sessionsOf(workspaceId)[moment.opened]
    if (opened !== undefined) page.openConversation(opened)
    if (moment.connectionSwitched) await gateway.switchConnection()
    for (const telling of moment.told) await gateway.tell(telling)
    if (moment.dropped !== null) await gateway.drop(moment.dropped)
    if (moment.lookedUp) await gateway.lookUp()
    for (const which of moment.answered) await gateway.answer(which)
  }
}
