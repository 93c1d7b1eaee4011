// P5: $all → JetStream, acknowledged, ÷ publishing the same messages with the same window and nothing else.
import { randomUUID } from 'node:crypto'
import type { StoredRecord } from '@mosaic/contracts/kernel'
import { stream } from '@mosaic/contracts/messaging'
import { connectEventStore } from '@mosaic/event-store'
import {
  commandContext,
  eventually,
  messageRecorded,
  natsOptions,
  startEventStore,
  startMessaging,
  startService,
  storedRecordOf,
} from '@mosaic/kit'
import { connectMessaging, encodeRecord } from '@mosaic/messaging'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { compare, inFlight } from '../compare.ts'

const events = 20_000

export async function run(): Promise<void> {
  const log = await startEventStore()
  const nats = await startMessaging()
  const store = connectEventStore({ connectionString: log.url, instanceId: 'bench' })
  for (let batch = 0; batch < events / 200; batch++) {
    const sessionId = randomUUID()
    const written = Array.from({ length: 200 }, () => messageRecorded(sessionId, randomUUID(), 'x'.repeat(300)))
    await store.append(`agentSession-${sessionId}`, written, { expectedRevision: 'any', context: commandContext() })
  }
  const records: StoredRecord[] = []
  for await (const item of store.readAll()) if (item.kind === 'event') records.push(storedRecordOf(item.raw))
  const messaging = connectMessaging({ url: nats.url, name: 'bench' })
  await eventually('a connection', () => messaging.connected())
  const connection = await connect(natsOptions(nats.url))
  const manager = await jetstreamManager(connection)
  const empty = async () => {
    await manager.streams.delete(stream.name).catch(() => undefined)
    await messaging.eventStream.ensure()
  }

  await compare({
    name: 'relay',
    unit: '× raw windowed publish (events/s)',
    better: 'higher',
    bar: '≥ 0.6',
    ours: {
      name: 'relay',
      async run() {
        await empty()
        const relay = await startService('services/relay', {
          MOSAIC_EVENTSTORE_URL: log.url,
          MOSAIC_NATS_URL: nats.url,
        })
        // The process's own start is not the relay's work: time counts from what has arrived by then.
        const first = performance.now()
        const from = (await messaging.eventStream.ensure()).sequence
        await eventually(
          'all messages',
          async () => (await messaging.eventStream.ensure()).sequence === records.length,
          60_000,
        )
        const rate = ((records.length - from) / (performance.now() - first)) * 1000
        await relay.stop()
        return rate
      },
    },
    reference: {
      name: 'raw publish, 512 in flight',
      async run() {
        await empty()
        const client = jetstream(connection)
        const start = performance.now()
        await inFlight(512, records.length, async (n) => {
          const record = records[n]
          if (!record) return
          const { subject, payload } = encodeRecord(record, null)
          await client.publish(subject, payload, { msgID: record.id })
        })
        return (records.length / (performance.now() - start)) * 1000
      },
    },
  })
  await connection.close()
  await messaging.close()
  await store.close()
  await nats.close()
  await log.close()
}
