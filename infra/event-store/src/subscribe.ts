import { setTimeout as wait } from 'node:timers/promises'
import {
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
import type { RawRecord } from '@mosaic/contracts/kernel'
import { toStoreError } from './errors.ts'
import { parseRecord, toRawRecord } from './parse.ts'
import type { AllFilter, EventStore } from './types.ts'

const full = 2000
const drained = 500

const clientFilter = (filter: AllFilter | undefined): Filter => {
  if (!filter) return excludeSystemEvents()
  return 'streamPrefixes' in filter
    ? streamNameFilter({ prefixes: [...filter.streamPrefixes] })
    : eventTypeFilter({ prefixes: [...filter.eventTypes] })
}

type Received = { record: RawRecord } | { caughtUp: true }

/**
 * One connection's worth of a subscription as a queue of bounded length. The client tells `caughtUp` beside its
 * buffer, so the mark is put behind the events that are still in there.
 */
async function* receive(
  client: EventStoreDBClient,
  from: string | null | 'end',
  filter: AllFilter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Received> {
  const position = from === null ? START : from === 'end' ? END : { commit: BigInt(from), prepare: BigInt(from) }
  const subscription = client.subscribeToAll({ fromPosition: position, filter: clientFilter(filter) })
  let queue: Received[] = []
  let received = 0
  let caughtUpAt: number | undefined
  let failure: Error | undefined
  let ended = false
  let wake: () => void = () => undefined
  const stop = () => {
    ended = true
    wake()
  }
  const markCaughtUp = () => {
    if (caughtUpAt === undefined || received < caughtUpAt) return
    caughtUpAt = undefined
    queue.push({ caughtUp: true })
  }
  subscription.on('data', ({ event }) => {
    received++
    if (event) queue.push({ record: toRawRecord(event) })
    markCaughtUp()
    if (queue.length >= full) subscription.pause()
    wake()
  })
  // Typed by the client as unknown names; it emits them all the same.
  const emitter: NodeJS.EventEmitter = subscription
  emitter.on('caughtUp', () => {
    caughtUpAt = received + subscription.readableLength
    markCaughtUp()
    wake()
  })
  subscription.on('error', (error) => {
    failure = error
    stop()
  })
  subscription.on('end', stop)
  subscription.on('close', stop)
  signal.addEventListener('abort', stop)
  try {
    while (!signal.aborted) {
      if (queue.length > 0) {
        const batch = queue
        queue = []
        yield* batch
        if (queue.length < drained) subscription.resume()
      } else if (failure) throw failure
      else if (ended) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    signal.removeEventListener('abort', stop)
    void subscription.unsubscribe().catch(() => undefined)
  }
}

export const subscribeAllRawWith = (client: EventStoreDBClient): EventStore['subscribeAllRaw'] =>
  async function* ({ after, filter, signal, onDisconnect }) {
    let last = after
    let backOffMs = 100
    while (!signal.aborted) {
      try {
        for await (const item of receive(client, last, filter, signal)) {
          backOffMs = 100
          if ('caughtUp' in item) yield { kind: 'caught-up' }
          // A reconnection starts after the last event, but a server may give it once more.
          else if (last === null || last === 'end' || BigInt(item.record.position) > BigInt(last)) {
            last = item.record.position
            yield { kind: 'record', record: item.record }
          }
        }
        if (!signal.aborted) onDisconnect?.(new Error('the event store ended the subscription'))
      } catch (error) {
        if (signal.aborted) return
        onDisconnect?.(toStoreError(error))
      }
      await wait(backOffMs, undefined, { signal }).catch(() => undefined)
      backOffMs = Math.min(backOffMs * 2, 2000)
    }
  }

export const subscribeAllWith = (client: EventStoreDBClient): EventStore['subscribeAll'] => {
  const subscribeRaw = subscribeAllRawWith(client)
  return async function* (options) {
    for await (const item of subscribeRaw(options)) {
      yield item.kind === 'caught-up' ? item : parseRecord(item.record)
    }
  }
}
