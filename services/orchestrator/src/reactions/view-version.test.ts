import { lifecycleView } from '@mosaic/views'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import type { KeyValue } from '@mosaic/messaging'
import { RosterFold } from '../sessions/roster.ts'
import { checkpointsOf } from './index.ts'

const event = { streamId: 'agentSession-1', revision: 4, id: '01890000-0000-7000-8000-000000000001' }

/** A log with one event, and a bucket in memory. */
function engines() {
  let kept: { value: string; revision: number } | null = null
  const bucket = {
    get: async () => kept,
    put: async (_: string, value: string) => {
      kept = { value, revision: (kept?.revision ?? 0) + 1 }
      return kept.revision
    },
  } as unknown as KeyValue
  const store = {
    async *readStream() {
      yield { kind: 'event', event }
    },
  }
  const logger = createLogger({ name: 'test', level: 'silent' })
  return { store, messaging: { keyValue: () => bucket }, logger } as unknown as Parameters<typeof checkpointsOf>[0]
}

test('a checkpoint with states that a view of another version has folded was gone on with: now it is discarded', async () => {
  const shared = engines()
  const { signal } = new AbortController()
  const checkpointsWith = (roster: RosterFold) => checkpointsOf(shared, 'test', [roster])
  const last = { streamId: event.streamId, revision: event.revision, eventId: event.id }
  const before = checkpointsWith(new RosterFold())
  expect(await before.write({ position: '900', last, states: { roster: [] } })).toBe(true)
  expect(await before.read(signal)).toEqual({ position: '900', states: { roster: [] } })

  const risen = new RosterFold({ version: lifecycleView.version + 1 })
  expect(await checkpointsWith(risen).read(signal)).toEqual({ position: '900', states: null })
})
