import { EventStoreDBClient, START } from '@eventstore/db-client'
import { jetstream } from '@nats-io/jetstream'
import { natsOptions } from '@mosaic/kit'
import { connect } from '@nats-io/transport-node'

export type Logged = {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly revision: number
  readonly commandId: string | null
}

/** `$all` without system events, in its order, read with EventStoreDB's own client. */
export async function readLog(connectionString: string): Promise<Logged[]> {
  const client = EventStoreDBClient.connectionString(connectionString)
  const logged: Logged[] = []
  for await (const { event } of client.readAll({ fromPosition: START })) {
    if (!event || event.type.startsWith('$')) continue
    const { id, type, streamId: stream } = event
    logged.push({ id, type, stream, revision: Number(event.revision), commandId: commandIdIn(event.metadata) })
  }
  await client.dispose()
  return logged
}

const commandIdIn = (metadata: unknown): string | null =>
  typeof metadata === 'object' && metadata !== null && 'commandId' in metadata ? String(metadata.commandId) : null

/** What no log may have: an event id twice, a stream with a revision missing or out of order. */
export function faultsOf(log: readonly Logged[]): string[] {
  const next = new Map<string, number>()
  const ids = new Set<string>()
  const faults: string[] = []
  for (const { id, stream, revision } of log) {
    const expected = next.get(stream) ?? 0
    if (revision !== expected) faults.push(`${stream}: ${revision} where ${expected} should be`)
    if (ids.has(id)) faults.push(`${stream}@${revision}: the id ${id} a second time`)
    ids.add(id)
    next.set(stream, revision + 1)
  }
  return faults
}

/** The ids of everything in the JetStream stream, in its order, read with a plain client. */
export async function readPublished(url: string): Promise<string[]> {
  const connection = await connect(natsOptions(url))
  const consumer = await jetstream(connection).consumers.get('EVENTS')
  const { num_pending: total } = await consumer.info()
  const ids: string[] = []
  for await (const message of await consumer.consume()) {
    ids.push(message.headers?.get('Mosaic-Event-Id') ?? '')
    if (ids.length >= total) break
  }
  await connection.close()
  return ids
}
