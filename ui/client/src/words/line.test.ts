import { expect, test } from 'vitest'
import { placesInLine } from './line.ts'

const waits = (sessionId: string, position: string | null) => ({
  sessionId,
  queued: position === null ? null : { since: '2026-01-02T03:04:05.000Z', position, most: 2 },
})

test('who was queued first stands first, by the log’s numbers and not by their digits', () => {
  expect([...placesInLine([waits('late', '1000'), waits('early', '999'), waits('runs', null)])]).toEqual([
    ['early', 1],
    ['late', 2],
  ])
})
