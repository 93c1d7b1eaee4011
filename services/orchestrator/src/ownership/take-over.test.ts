import type { Logger } from '@mosaic/runtime'
import { expect, test, vi } from 'vitest'
import { heartbeat } from './owners.ts'
import { roundMs, takeOver } from './take-over.ts'

const roomy = { roomForBegun: Infinity, hold: <T>(_: string, work: () => Promise<T>) => work(), keepFor: () => {} }

test('whose owner fell silent is claimed within ten seconds, with a second to spare for the claim', () => {
  // At the worst the last beat was heard as it died, and was on its way for as long as there are between two.
  expect(heartbeat.everyMs + heartbeat.silenceMs + roundMs).toBeLessThanOrEqual(9_000)
})

test('a worker claimed nothing any more once a single look for sessions had failed', async () => {
  const stopping = new AbortController()
  const error = vi.fn<(given: object) => void>()
  let looks = 0
  const claimed = await new Promise((resolve) => {
    void takeOver({
      owners: { ownerId: 'us', isGone: async () => true, forget: async () => {}, wake: () => {}, rest: async () => {} },
      claimants: () => ['them', 'us'],
      sessionsOf: (ownerIds) =>
        ownerIds.map((ownerId) => ({
          sessionId: 'left',
          claim: { ownerId: ownerId!, epoch: 3 },
          isToEnd: false,
          needsPlace: true,
        })),
      claim: async (sessionId, after) => resolve({ sessionId, after }),
      takeBack: () => {},
      places: roomy,
      line: { advance: async () => {} },
      settle: async () => {
        if (++looks === 1) throw new Error('the bus does not answer')
        return true
      },
      logger: { error } as unknown as Logger,
      signal: stopping.signal,
    })
  })
  stopping.abort()
  expect(claimed).toEqual({ sessionId: 'left', after: 3 })
  expect(error.mock.calls.map(([given]) => given)).toEqual([{ err: new Error('the bus does not answer') }])
})

test('of thousands of sessions all were looked at twice a second, also those whose owners are there', async () => {
  const stopping = new AbortController()
  const looked = await new Promise((resolve) => {
    void takeOver({
      owners: {
        ownerId: 'us',
        isGone: async (ownerId) => ownerId === 'gone',
        forget: async () => {},
        wake: () => {},
        rest: async () => {},
      },
      claimants: () => ['us', 'there', 'gone', null],
      sessionsOf: (ownerIds) => {
        resolve(ownerIds)
        return []
      },
      claim: async () => {},
      takeBack: () => {},
      places: roomy,
      line: { advance: async () => {} },
      settle: async () => true,
      logger: {} as Logger,
      signal: stopping.signal,
    })
  })
  stopping.abort()
  expect(looked).toEqual(['gone', null])
})

test('a dead worker’s sessions were all taken over by whoever looked first, without heeding its slots', async () => {
  const stopping = new AbortController()
  const claimed: string[] = []
  const kept = await new Promise((resolve) => {
    void takeOver({
      owners: { ownerId: 'us', isGone: async () => true, forget: async () => {}, wake: () => {}, rest: async () => {} },
      claimants: () => ['gone'],
      sessionsOf: () =>
        ['ended', 'one', 'two', 'three'].map((sessionId) => ({
          sessionId,
          claim: { ownerId: 'gone', epoch: 1 },
          isToEnd: sessionId === 'ended',
          needsPlace: sessionId !== 'ended',
        })),
      claim: async (sessionId) => void claimed.push(sessionId),
      takeBack: () => {},
      places: { ...roomy, roomForBegun: 2, keepFor: resolve },
      line: { advance: async () => stopping.abort() },
      settle: async () => true,
      logger: {} as Logger,
      signal: stopping.signal,
    })
  })
  expect([claimed, kept]).toEqual([['ended', 'one', 'two'], 1])
})
