import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client'
import type { RawRecord } from '@mosaic/contracts/kernel'
import { StoreUnavailableError, toStoreError } from './errors.ts'
import { parseRecord, toRawRecord } from './parse.ts'
import type { AllFilter, EventStore } from './types.ts'

/** A read that rests longer than this between two events is given up. */
const stallMs = 10_000

type Readable = AsyncIterable<{ event?: Parameters<typeof toRawRecord>[0] }> & { cancel(): Promise<void> }

async function* records(reading: Readable): AsyncGenerator<RawRecord> {
  const iterator = reading[Symbol.asyncIterator]()
  let timer: NodeJS.Timeout | undefined
  try {
    for (;;) {
      const next = iterator.next()
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new StoreUnavailableError('a read of the event store has stalled')), stallMs)
      })
      const { done, value } = await Promise.race([next, stalled])
      clearTimeout(timer)
      if (done) return
      if (value.event) yield toRawRecord(value.event)
    }
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return
    throw toStoreError(error)
  } finally {
    clearTimeout(timer)
    // Not awaited: on a dead connection the client never answers.
    void reading.cancel().catch(() => undefined)
  }
}

export const readStreamWith = (client: EventStoreDBClient): EventStore['readStream'] =>
  async function* (streamId, { from, direction = 'forwards', limit } = {}) {
    const forwards = direction === 'forwards'
    if (limit === 0) return
    const reading = client.readStream(streamId, {
      direction: forwards ? FORWARDS : BACKWARDS,
      fromRevision: from === undefined ? (forwards ? START : END) : BigInt(from),
      ...(limit !== undefined && { maxCount: limit }),
    })
    for await (const raw of records(reading)) yield parseRecord(raw)
  }

const matches = (raw: RawRecord, filter: AllFilter | undefined) => {
  if (raw.type.startsWith('$') || raw.streamId.startsWith('$')) return false
  if (!filter) return true
  return 'streamPrefixes' in filter
    ? filter.streamPrefixes.some((prefix) => raw.streamId.startsWith(prefix))
    : filter.eventTypes.includes(raw.type)
}

/** The public client's `readAll` has no filter, so events are left out here. Reading from a position includes it forwards. */
export const readAllWith = (client: EventStoreDBClient): EventStore['readAll'] =>
  async function* ({ after, before, direction = 'forwards', limit = Infinity, filter } = {}) {
    const forwards = direction === 'forwards'
    const bound = forwards ? after : before
    const at = bound == null ? undefined : BigInt(bound)
    if (limit <= 0) return
    const reading = client.readAll({
      direction: forwards ? FORWARDS : BACKWARDS,
      fromPosition: at === undefined ? (forwards ? START : END) : { commit: at, prepare: at },
    })
    let given = 0
    for await (const raw of records(reading)) {
      if (at !== undefined && (forwards ? BigInt(raw.position) <= at : BigInt(raw.position) >= at)) continue
      if (!matches(raw, filter)) continue
      yield parseRecord(raw)
      if (++given >= limit) return
    }
  }
