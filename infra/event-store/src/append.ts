import {
  type AppendExpectedRevision,
  type EventStoreDBClient,
  jsonEvent,
  type JSONType,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { type EventMetadata, err, ok } from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import { StoreUnavailableError, toStoreError, withinTime } from './errors.ts'
import { eventIdOf } from './event-id.ts'
import type { CommandContext, EventStore, ExpectedRevision, NewEvent } from './types.ts'

const attempts = 3
const attemptMs = 3000

const clientRevision = (expected: ExpectedRevision): AppendExpectedRevision => {
  if (typeof expected === 'number') return BigInt(expected)
  return expected === 'no-stream' ? 'no_stream' : expected === 'stream-exists' ? 'stream_exists' : 'any'
}

const metadataOf = (type: NewEvent['type'], context: CommandContext, instanceId: string): EventMetadata => ({
  $correlationId: context.correlationId ?? context.commandId,
  $causationId: context.causationId ?? context.commandId,
  commandId: context.commandId,
  workspaceId: context.workspaceId,
  actor: context.actor,
  occurredAt: context.occurredAt.toISOString(),
  schemaVersion: definitions[type].version,
  instanceId,
  ...(context.traceparent && { traceparent: context.traceparent }),
})

const utf8 = new TextEncoder()

/**
 * The append of an `EventStore`. A broken connection leaves the outcome unknown, so the append is repeated with the
 * same event ids (the server is idempotent by id); then `StoreUnavailableError`.
 */
export const appendWith =
  (client: EventStoreDBClient, instanceId: string): EventStore['append'] =>
  async (streamId, events, { expectedRevision, context }) => {
    const written = events.map(({ type, data }, index) => {
      const id = eventIdOf(context.commandId, streamId, index)
      // As bytes: metadata given as an object goes through base64 in the client, which costs more than all the rest here.
      const metadata = utf8.encode(JSON.stringify(metadataOf(type, context, instanceId)))
      return jsonEvent({ id, type, data: data as JSONType, metadata })
    })
    for (let attempt = 1; ; attempt++) {
      try {
        const append = client.appendToStream(streamId, written, { expectedRevision: clientRevision(expectedRevision) })
        const { nextExpectedRevision, position } = await withinTime(append, attemptMs)
        return ok({ revision: Number(nextExpectedRevision), position: String(position?.commit ?? 0n) })
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          return err({ code: 'CONCURRENT_UPDATE', message: `${streamId} was changed at the same time` })
        }
        const fault = toStoreError(error)
        const tooSlow = fault instanceof StoreUnavailableError && fault.cause === undefined
        if (!(fault instanceof StoreUnavailableError) || tooSlow || attempt === attempts) throw fault
        await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
      }
    }
  }
