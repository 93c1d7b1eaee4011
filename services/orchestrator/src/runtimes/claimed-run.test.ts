import { systemClock } from '@mosaic/contracts/kernel'
import { expect, test } from 'vitest'
import type { Journal } from '../journal/journal.ts'
import type { Roster } from '../sessions/roster.ts'
import { ClaimedRun, HaltedError } from './claimed-run.ts'

/** A run whose log says, when it is read again, that the session has been claimed under an epoch. */
function running({ provedAt, epoch }: { provedAt: number; epoch: number }) {
  const session = { status: 'running', claim: { ownerId: 'o1', epoch: 1 } }
  let reads = 0
  const journal = {
    sessionId: 's1',
    session,
    provedAt,
    async catchUp() {
      reads++
      session.claim = { ownerId: 'o2', epoch }
    },
  } as unknown as Journal
  return { run: new ClaimedRun(journal, { clock: systemClock, roster: {} as Roster }), reads: () => reads }
}

test('a process that has stood still reads the log before a tool starts, and hears that another has the session', async () => {
  const { run } = running({ provedAt: -Infinity, epoch: 2 })
  await expect(run.stillOurs()).rejects.toThrow(HaltedError)
  expect([run.takenOver, run.stopping.aborted]).toEqual([true, true])
})

test('where nobody has claimed it since, it goes on', async () => {
  const { run, reads } = running({ provedAt: -Infinity, epoch: 1 })
  await run.stillOurs()
  expect([reads(), run.takenOver]).toEqual([1, false])
})

test('what an append has just shown is not looked up again', async () => {
  const { run, reads } = running({ provedAt: performance.now() + 60_000, epoch: 2 })
  await run.stillOurs()
  expect(reads()).toBe(0)
})
