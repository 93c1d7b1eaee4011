import type { Strike, StrikeAnswer } from '@mosaic/contracts/fleet'
import { newId } from '@mosaic/contracts/kernel'
import { expect, test } from 'vitest'
import { Strikes } from './strikes.ts'

const now = new Date('2026-01-02T03:04:05.000Z')
const clock = { now: () => now }
const strikeAt = (requestedAt: string): Strike => ({
  commandId: newId(),
  workspaceId: 'default',
  actor: { kind: 'operator', id: 'ada', name: 'Ada' },
  reason: null,
  requestedAt,
  target: { kind: 'session', sessionId: newId(), tree: false },
})
const struck: StrikeAnswer = { struck: true, sessionIds: [], unconfirmed: [] }

test('what is heard and asked for is carried out once', async () => {
  const done: string[] = []
  const strikes = new Strikes(async ({ commandId }) => {
    done.push(commandId)
    return struck
  })
  const asked = strikeAt(now.toISOString())
  strikes.hear(asked, clock)
  expect(await strikes.carryOut(asked)).toBe(struck)
  expect(done).toEqual([asked.commandId])
})

test('what could not be carried out can be asked for again', async () => {
  let tries = 0
  const strikes = new Strikes(async () => {
    if (++tries === 1) throw new Error('no file descriptors')
    return struck
  })
  const asked = strikeAt(now.toISOString())
  await expect(strikes.carryOut(asked)).rejects.toThrow('no file descriptors')
  expect(await strikes.carryOut(asked)).toBe(struck)
})

test('a kill that somebody has kept to say it again is not heard', () => {
  const done: Strike[] = []
  const strikes = new Strikes(async (asked) => {
    done.push(asked)
    return struck
  })
  for (const at of ['2026-01-02T03:03:04.000Z', '2026-01-02T03:05:06.000Z']) strikes.hear(strikeAt(at), clock)
  expect(done).toEqual([])
})
