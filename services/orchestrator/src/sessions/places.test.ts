import { expect, test } from 'vitest'
import { Places } from './places.ts'
import type { RosterEntry } from './roster.ts'

/** Two that live: one of this owner, one of another. */
function placesOfTwo() {
  const entries = new Map(
    ['here', 'elsewhere'].map((ownerId) => [
      ownerId,
      { session: { sessionId: ownerId, status: 'running', queued: null }, claim: { ownerId, epoch: 1 } },
    ]),
  ) as unknown as Map<string, RosterEntry>
  const roster = {
    get: (sessionId: string) => entries.get(sessionId),
    placed: (ownerId?: string) => (ownerId === undefined ? entries.size : Number(entries.has(ownerId))),
    waiting: () => [],
  }
  const here = { ownerId: 'here', slots: 10, labels: new Set<string>(), isOpen: () => true }
  return new Places({ roster, most: 10, here })
}

test('what is about to begin has its place once, before it is known and after', async () => {
  const places = placesOfTwo()
  expect([places.live, places.liveHere]).toEqual([2, 1])
  await places.hold('new', async () => expect([places.live, places.liveHere]).toEqual([3, 2]))
  await places.hold('here', async () => expect([places.live, places.liveHere]).toEqual([2, 1]))
  expect([places.live, places.liveHere, places.room]).toEqual([2, 1, 8])
})

test('who waits for others lends its place, and who is unknown has none to lend', async () => {
  const places = placesOfTwo()
  await places.lend('here', async () => expect([places.live, places.liveHere]).toEqual([1, 0]))
  await places.lend('elsewhere', async () => expect([places.live, places.liveHere]).toEqual([1, 1]))
  await places.lend('unknown', async () => expect([places.live, places.liveHere]).toEqual([2, 1]))
})

test('nobody begins before those have a place that nobody runs any more', () => {
  const places = placesOfTwo()
  places.keepFor(3)
  expect([places.roomForBegun, places.room]).toEqual([9, 6])
  places.keepFor(20)
  expect([places.roomForBegun, places.room, places.hasRoom]).toEqual([9, 0, false])
})
