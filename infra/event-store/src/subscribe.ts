import { rawRecordOf } from '@mosaic/contracts/kernel'
import { BackOff } from '@mosaic/runtime'
import type { Connection } from './connection.ts'
import { toStoreError } from './errors.ts'
import { parseRecord } from './parse.ts'
import { isAfter } from './position.ts'
import { isWanted } from './read.ts'
import { readAnswers } from './read-call.ts'
import type { EventStore } from './types.ts'
import { type Place, subscribeAllRequest } from './wire/read-request.ts'

const placeAfter = (last: string | null): Place =>
  last === null ? 'start' : last === 'end' ? 'end' : { position: last }

export const subscribeAllRawWith = (connection: Connection): EventStore['subscribeAllRaw'] =>
  async function* ({ after, filter, signal, onDisconnect }) {
    let last = after
    const backOff = new BackOff({ firstMs: 100, longestMs: 2000 })
    while (!signal.aborted) {
      try {
        const request = subscribeAllRequest({ from: placeAfter(last), filter: filter ?? 'no-system-events' })
        for await (const answers of readAnswers(connection, request, { signal })) {
          backOff.reset()
          for (const answer of answers) {
            if (answer.kind === 'caught-up') yield { kind: 'caught-up' }
            if (answer.kind !== 'record' || !isWanted(answer.record, filter)) continue
            const { position } = answer.record
            // A reconnection starts after the last event, but a server may give it once more.
            if (last !== null && last !== 'end' && !isAfter(position, last)) continue
            last = position
            yield answer
          }
        }
        if (!signal.aborted) onDisconnect?.(new Error('the event store ended the subscription'))
      } catch (error) {
        if (signal.aborted) return
        onDisconnect?.(toStoreError(error))
      }
      await backOff.pause(signal)
    }
  }

export const subscribeAllWith = (connection: Connection): EventStore['subscribeAll'] => {
  const subscribeRaw = subscribeAllRawWith(connection)
  return async function* (options) {
    for await (const item of subscribeRaw(options)) {
      yield item.kind === 'caught-up' ? item : parseRecord(rawRecordOf(item.record))
    }
  }
}
