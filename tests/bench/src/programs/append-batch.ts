// P3: batches of 100 events ÷ emmett-postgresql's batches of 100. The batches are encoded beforehand: the db-client spends
// several times on an event what the node does, and shares its cores. A second line shows the node behind that client.
import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { compare, inFlight, timed } from '../compare.ts'
import { emmettAppends } from '../eventstore/emmett-append.ts'
import { batchAppendRequest, RawClient } from '../eventstore/floor.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const APPEND = '/event_store.client.streams.Streams/BatchAppend'
const width = 10
const batches = 600
const size = 100
const data = { orderId: '0123456789abcdef', filler: 'x'.repeat(400) }

function encodedBatches(): Buffer[] {
  const run = randomUUID()
  const bytes = Buffer.from(JSON.stringify(data))
  return Array.from({ length: batches }, (_batch, n) => {
    const ids = Array.from({ length: size }, () => randomUUID())
    return batchAppendRequest({ stream: `bench-${run}-${n % width}`, ids, data: bytes })
  })
}

export async function run(): Promise<void> {
  const node = await startNodeProcess()
  const raw = new RawClient(new URL(node.url.replace('esdb', 'http')).host)
  const call = raw.batches(APPEND)
  const client = EventStoreDBClient.connectionString(node.url)
  const reference = await emmettAppends(batches, size, data)
  const settings = {
    name: 'append-batch',
    better: 'higher',
    unit: '× emmett-postgresql (events/s)',
    reference,
  } as const
  await compare({
    ...settings,
    bar: '≥ 2',
    ours: {
      name: 'embedded node, 10 in flight (events/s)',
      run: async () => {
        const encoded = encodedBatches()
        const ms = await timed(() => inFlight(width, batches, (n) => call.append(encoded[n]!)))
        return ((batches * size) / ms) * 1000
      },
    },
  })
  await compare({
    ...settings,
    ours: {
      name: 'embedded node behind the db-client, 10 in flight (events/s)',
      run: async () => {
        const run = randomUUID()
        const batch = () => Array.from({ length: size }, () => jsonEvent({ type: 'Appended', data }))
        const append = (_n: number, worker: number) => client.appendToStream(`bench-${run}-${worker}`, batch())
        return ((batches * size) / (await timed(() => inFlight(width, batches, append)))) * 1000
      },
    },
  })
  await client.dispose()
  call.end()
  raw.close()
  await reference.close()
  await node.close()
}
