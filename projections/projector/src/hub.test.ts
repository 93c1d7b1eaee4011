import { setImmediate as turn } from 'node:timers/promises'
import type { ReadItem } from '@mosaic/event-store'
import { testLog } from '@mosaic/kit'
import type { SequencedRecord } from '@mosaic/messaging'
import { createLogger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import { Hub } from './hub.ts'
import { isAfter, positionOf } from './position.ts'

const stop = new AbortController()
afterEach(() => stop.abort())

test('passes on what follows, drops repeats, and fills from the log what a message says is missing', async () => {
  const log = testLog()
  const created = { type: 'WorkspaceCreated', data: { workspaceId: 'w', name: 'W' } } as const
  const all = log.add('workspace-w', [created, created, created, created, created]).map(
    (event): ReadItem => ({
      kind: 'event',
      event,
      raw: { ...event, contentType: 'application/json', preparePosition: event.position },
    }),
  )
  const stored = all.slice(0, 1)
  const relayed = (at: number): SequencedRecord => {
    const item = all[at]!
    if (item.kind !== 'event') throw new Error('not an event')
    return { record: item.raw, previousPosition: at === 0 ? null : positionOf(all[at - 1]!), sequence: at + 1 }
  }
  const arriving = Promise.withResolvers<void>()
  const hub = new Hub({
    logger: createLogger({ name: 'test', level: 'silent' }),
    store: {
      lastPosition: async () => positionOf(stored.at(-1)!),
      async *readAll({ after = null } = {}) {
        yield* stored.filter((item) => isAfter(positionOf(item), after))
      },
    },
    messaging: {
      connected: () => true,
      eventStream: {
        sequenceAfter: async () => 2,
        async *follow() {
          await arriving.promise
          yield [relayed(0), relayed(1)]
          // 2 and 3 got lost on the way.
          yield [relayed(1), relayed(4)]
          await new Promise<never>(() => {})
        },
      },
    },
  })
  void hub.run(stop.signal)
  const subscription = await hub.subscribe(stop.signal)
  expect(subscription.edge).toBe('100')
  stored.push(...all.slice(1))
  arriving.resolve()
  while (hub.last !== '500') await turn()
  expect((await subscription.take(10))?.map(positionOf)).toEqual(['200', '300', '400', '500'])
})
