import { EventStoreDBClient, jsonEvent, type JSONType } from '@eventstore/db-client'
import { commandContext } from './builders.ts'

/** An event with metadata like ours and whatever for data, as a bug, another version or another program would write it. */
export async function appendForeign(
  url: string,
  streamId: string,
  event: { readonly type: string; readonly data: unknown; readonly id?: string },
): Promise<void> {
  const { commandId, workspaceId, actor, occurredAt } = commandContext()
  const metadata = {
    $correlationId: commandId,
    $causationId: commandId,
    commandId,
    workspaceId,
    actor: { ...actor },
    occurredAt: occurredAt.toISOString(),
    schemaVersion: 1,
    instanceId: 'test',
  }
  const client = EventStoreDBClient.connectionString(url)
  try {
    await client.appendToStream(streamId, jsonEvent({ ...event, data: event.data as JSONType, metadata }))
  } finally {
    await client.dispose()
  }
}
