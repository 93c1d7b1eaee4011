// The floor: pulls from the work queue, appends one event for each item, acknowledges. As many under way as a worker has.
import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import { natsOptions } from '@mosaic/kit'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

const atOnce = 16

const [eventStore = '', nats = ''] = process.argv.slice(2)
const client = EventStoreDBClient.connectionString(eventStore)
const connection = await connect(natsOptions(nats))
const consumer = await jetstream(connection, { checkAPI: false }).consumers.get('WORK', 'workers')
const pad = 'x'.repeat(1000)
// Connected before the clock starts.
await client.appendToStream(`warm-${randomUUID()}`, jsonEvent({ type: 'Warm', data: {} }))
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))
const underWay = new Set<Promise<void>>()
for await (const message of await consumer.consume({ max_messages: 200 })) {
  const { taskId } = message.json<{ taskId: string }>()
  const claimed = jsonEvent({ type: 'Claimed', data: { taskId, pad } })
  const done = client
    .appendToStream(`claim-${taskId}`, claimed, { expectedRevision: NO_STREAM })
    .then(() => message.ack())
    .finally(() => underWay.delete(done))
  underWay.add(done)
  if (underWay.size >= atOnce) await Promise.race(underWay)
}
