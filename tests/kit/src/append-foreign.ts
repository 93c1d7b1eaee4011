import { EventStoreDBClient, jsonEvent, type JSONType } from '@eventstore/db-client'
import { commandContext } from './builders.ts'

export type ForeignEvent = {
  readonly type: string
  readonly data: unknown
  readonly id?: string
  /** Like ours when it is left out. */
  readonly metadata?: Record<string, unknown>
}

/** Writes whatever it is given, as a bug, another version or another program would. */
export async function appendForeign(
  url: string,
  streamId: string,
  { metadata = metadataLikeOurs(), ...event }: ForeignEvent,
): Promise<void> {
  const client = EventStoreDBClient.connectionString(url)
  try {
    await client.appendToStream(streamId, jsonEvent({ ...event, data: event.data as JSONType, metadata }))
  } finally {
    await client.dispose()
  }
}

function metadataLikeOurs() {
  const { commandId, workspaceId, actor, occurredAt } = commandContext()
  return {
    $correlationId: commandId,
    $causationId: commandId,
    commandId,
    workspaceId,
    actor: { ...actor },
    occurredAt: occurredAt.toISOString(),
    schemaVersion: 1,
    instanceId: 'test',
  }
}
