import { EventStoreDBClient } from '@eventstore/db-client'
import { natsOptions } from '@mosaic/kit'
import { connect } from '@nats-io/transport-node'

export type Seen = { readonly id: string; readonly type: string }

/** A session's stream read with EventStoreDB's own client, nothing of ours between. */
export async function readSessionStream(connectionString: string, sessionId: string): Promise<Seen[]> {
  const client = EventStoreDBClient.connectionString(connectionString)
  const seen: Seen[] = []
  for await (const { event } of client.readStream(`agentSession-${sessionId}`)) {
    if (event) seen.push({ id: event.id, type: event.type })
  }
  await client.dispose()
  return seen
}

/** Collects everything published on `mosaic.>` with a plain NATS subscription. */
export async function subscribeToEverything(url: string) {
  const connection = await connect(natsOptions(url))
  const seen: (Seen & { subject: string })[] = []
  connection.subscribe('mosaic.>', {
    callback: (_, message) => {
      const id = message.headers?.get('Mosaic-Event-Id') ?? ''
      seen.push({ id, type: message.subject.split('.').at(-1) ?? '', subject: message.subject })
    },
  })
  await connection.flush()
  return { seen, close: () => connection.close() }
}
