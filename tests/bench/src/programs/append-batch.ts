// P3: batches of 100 events through infra/event-store, 10 in flight, ÷ emmett-postgresql's batches of 100. A second line
// has the batches encoded beforehand: the node alone.
import { randomUUID } from 'node:crypto'
import { connectEventStore } from '@mosaic/event-store'
import { commandContext, messageRecorded } from '@mosaic/kit'
import { compare, inFlight, timed } from '../compare.ts'
import { emmettAppends } from '../eventstore/emmett-append.ts'
import { batchAppendRequest, RawClient } from '../eventstore/floor.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const APPEND = '/event_store.client.streams.Streams/BatchAppend'
const width = 10
const batches = 300
const size = 100
const said = () => messageRecorded(randomUUID(), randomUUID(), 'x'.repeat(250))

function encodedBatches(): Buffer[] {
  const run = randomUUID()
  const bytes = Buffer.from(JSON.stringify(said().data))
  return Array.from({ length: batches }, (_batch, n) => {
    const ids = Array.from({ length: size }, () => randomUUID())
    return batchAppendRequest({ stream: `bench-${run}-${n % width}`, ids, data: bytes })
  })
}

export async function run(): Promise<void> {
  const node = await startNodeProcess()
  const raw = new RawClient(new URL(node.url.replace('esdb', 'http')).host)
  const call = raw.batches(APPEND)
  const store = connectEventStore({ connectionString: node.url, instanceId: 'bench' })
  const reference = await emmettAppends(batches, size, said().data)
  const settings = {
    name: 'append-batch',
    better: 'higher',
    unit: '× emmett-postgresql (events/s)',
    reference,
  } as const
  await compare({
    ...settings,
    bar: '≥ 3',
    ours: {
      name: 'embedded node through infra/event-store, 10 in flight (events/s)',
      run: async () => {
        const run = randomUUID()
        // As for the reference: the events of all batches are the same objects, their ids are not.
        const events = Array.from({ length: size }, said)
        const contexts = Array.from({ length: batches }, () => commandContext())
        const ms = await timed(() =>
          inFlight(width, batches, async (n, worker) => {
            const options = { expectedRevision: 'any', context: contexts[n]! } as const
            const appended = await store.append(`bench-${run}-${worker}`, events, options)
            if (!appended.ok) throw new Error(appended.error.message)
          }),
        )
        return ((batches * size) / ms) * 1000
      },
    },
  })
  await compare({
    ...settings,
    ours: {
      name: 'embedded node, requests encoded beforehand, 10 in flight (events/s)',
      run: async () => {
        const encoded = encodedBatches()
        const ms = await timed(() => inFlight(width, batches, (n) => call.append(encoded[n]!)))
        return ((batches * size) / ms) * 1000
      },
    },
  })
  await store.close()
  call.end()
  raw.close()
  await reference.close()
  await node.close()
}
