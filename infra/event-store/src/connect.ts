import { createRedactor, type Redactor } from '@mosaic/redaction'
import { appendWith } from './append.ts'
import { BatchAppends } from './batch-append.ts'
import { Connection } from './connection.ts'
import { toStoreError, withinTime } from './errors.ts'
import { readAllWith, readStreamWith } from './read.ts'
import { subscribeAllRawWith, subscribeAllWith } from './subscribe.ts'
import type { EventStore } from './types.ts'

/**
 * Connects to an EventStoreDB (or anything that speaks its gRPC protocol). Nothing is sent before the first call.
 * @param options.connectionString `esdb://…`; @param options.instanceId goes into every event's metadata;
 * @param options.redactor covers secrets in what is appended: by their shape alone, unless it knows some by value.
 */
export function connectEventStore(options: {
  connectionString: string
  instanceId: string
  redactor?: Redactor
}): EventStore {
  const { connectionString, instanceId, redactor = createRedactor() } = options
  const connection = new Connection(connectionString)
  const readAll = readAllWith(connection)
  const lastPosition = async () => {
    for await (const item of readAll({ direction: 'backwards', limit: 1 })) {
      return item.kind === 'event' ? item.event.position : item.record.position
    }
    return null
  }
  return {
    append: appendWith(new BatchAppends(connection), { instanceId, redactor }),
    readStream: readStreamWith(connection),
    readAll,
    subscribeAll: subscribeAllWith(connection),
    subscribeAllRaw: subscribeAllRawWith(connection),
    lastPosition,
    async ping(timeoutMs = 2000) {
      try {
        await withinTime(lastPosition(), timeoutMs)
      } catch (error) {
        throw toStoreError(error)
      }
    },
    close: () => connection.close(),
  }
}
