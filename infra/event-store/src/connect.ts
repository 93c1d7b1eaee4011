import { createRedactor, type Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import { appendWith } from './append.ts'
import { BatchAppends } from './batch-append.ts'
import { Connection } from './connection.ts'
import { toStoreError, withinTime } from './errors.ts'
import { observedAppend } from './observed-append.ts'
import { readAllWith, readStreamWith } from './read.ts'
import { FollowedSecretRules } from './secret-rules.ts'
import { subscribeAllRawWith, subscribeAllWith } from './subscribe.ts'
import type { EventStore } from './types.ts'

/**
 * Connects to an EventStoreDB (or anything that speaks its gRPC protocol). Nothing is sent before the first call.
 * @param options.connectionString `esdb://…`; @param options.instanceId goes into every event's metadata;
 * @param options.redactor covers secrets in what is appended: by their shape, unless it knows some
 * by value, and by the rules of the workspace, which are kept as the log has them.
 * @param options.logger is told of rules that cannot be used.
 */
export function connectEventStore(options: {
  connectionString: string
  instanceId: string
  redactor?: Redactor
  logger?: Logger
}): EventStore {
  const { connectionString, instanceId, redactor = createRedactor(), logger } = options
  const connection = new Connection(connectionString)
  const readAll = readAllWith(connection)
  const readStream = readStreamWith(connection)
  const subscribeAll = subscribeAllWith(connection)
  const rules = new FollowedSecretRules({ readStream, subscribeAll }, redactor.rules, logger)
  const lastPosition = async () => {
    for await (const item of readAll({ direction: 'backwards', limit: 1 })) {
      return item.kind === 'event' ? item.event.position : item.record.position
    }
    return null
  }
  return {
    append: observedAppend(appendWith(new BatchAppends(connection), { instanceId, redactor, rules })),
    readStream,
    readAll,
    subscribeAll,
    subscribeAllRaw: subscribeAllRawWith(connection),
    lastPosition,
    async ping(timeoutMs = 2000) {
      try {
        await withinTime(lastPosition(), timeoutMs)
      } catch (error) {
        throw toStoreError(error)
      }
    },
    close: () => {
      rules.close()
      return connection.close()
    },
  }
}
