import { StreamDeletedError } from '@eventstore/db-client'
import { rawRecordOf, type StoredRecord } from '@mosaic/contracts/kernel'
import type { Connection } from './connection.ts'
import { toStoreError } from './errors.ts'
import { parseRecord } from './parse.ts'
import { isAfter } from './position.ts'
import { readAnswers } from './read-call.ts'
import type { AllFilter, EventStore } from './types.ts'
import { type Place, readAllRequest, readStreamRequest } from './wire/read-request.ts'

/** A read that rests longer than this is given up. */
const stallMs = 10_000

/** The records that a request brings, many at a time; a missing or deleted stream has none. */
async function* pages(connection: Connection, request: Buffer): AsyncGenerator<readonly StoredRecord[]> {
  try {
    for await (const answers of readAnswers(connection, request, { stallMs })) {
      yield answers.flatMap((answer) => (answer.kind === 'record' ? [answer.record] : []))
    }
  } catch (error) {
    if (!(error instanceof StreamDeletedError)) throw toStoreError(error)
  }
}

export const readStreamWith = (connection: Connection): EventStore['readStream'] =>
  async function* (streamId, { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = {}) {
    if (limit === 0) return
    const start = from ?? (direction === 'forwards' ? 'start' : 'end')
    const request = readStreamRequest(streamId, { from: start, direction, count: limit })
    for await (const page of pages(connection, request)) {
      for (const record of page) yield parseRecord(rawRecordOf(record))
    }
  }

/** What the server's filter lets through though it was not asked for: it knows prefixes alone, and one filter a read. */
export const isWanted = ({ type, streamId }: StoredRecord, filter: AllFilter | undefined): boolean =>
  !type.startsWith('$') &&
  !streamId.startsWith('$') &&
  (!filter || !('eventTypes' in filter) || filter.eventTypes.includes(type))

export const wantsNothing = (filter: AllFilter | undefined): boolean =>
  filter !== undefined && ('eventTypes' in filter ? filter.eventTypes : filter.streamPrefixes).length === 0

/** Reading from a position includes it forwards and excludes it backwards. */
export const readAllWith = (connection: Connection): EventStore['readAll'] =>
  async function* ({ after, before, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER, filter } = {}) {
    const forwards = direction === 'forwards'
    let bound = (forwards ? after : before) ?? undefined
    let left = wantsNothing(filter) ? 0 : limit
    while (left > 0) {
      const begun = bound
      const from: Place = begun === undefined ? (forwards ? 'start' : 'end') : { position: begun }
      const count = Math.min(left + 1, Number.MAX_SAFE_INTEGER)
      const request = readAllRequest({ from, direction, count, filter: filter ?? 'no-system-events' })
      let received = 0
      for await (const page of pages(connection, request)) {
        received += page.length
        for (const record of page) {
          bound = record.position
          if (begun !== undefined && !(forwards ? isAfter(bound, begun) : isAfter(begun, bound))) continue
          if (!isWanted(record, filter)) continue
          yield parseRecord(rawRecordOf(record))
          if (--left === 0) return
        }
      }
      if (received < count) return
    }
  }
