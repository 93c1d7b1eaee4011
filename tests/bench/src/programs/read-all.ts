// P4: $all forwards ÷ a bare grpc-js server stream of pre-encoded frames of that size.
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { compare, timed } from '../compare.ts'
import { RawClient, readAllRequest, startFloor } from '../eventstore/floor.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const events = 40_000
const READ = '/event_store.client.streams.Streams/Read'

export async function run(): Promise<void> {
  const [node, floor] = await Promise.all([startNodeProcess(), startFloor()])
  const writer = EventStoreDBClient.connectionString(node.url)
  const data = { orderId: '0123456789abcdef', filler: 'x'.repeat(400) }
  for (let n = 0; n < events / 500; n++) {
    await writer.appendToStream(
      'read-all',
      Array.from({ length: 500 }, () => jsonEvent({ type: 'Appended', data })),
    )
  }
  await writer.dispose()
  const [ours, bare] = [new RawClient(new URL(node.url.replace('esdb', 'http')).host), new RawClient(floor.address)]
  const { first: frame } = await ours.read(READ, readAllRequest(1))
  const header = Buffer.alloc(4)
  header.writeUInt32LE(events)
  const side = (client: RawClient, path: string, request: Buffer) => async () => {
    const ms = await timed(async () => {
      const { count } = await client.read(path, request)
      if (count !== events) throw new Error(`${count} of ${events} events`)
    })
    return (events / ms) * 1000
  }
  await compare({
    name: 'read-all',
    unit: '× bare grpc-js stream (events/s)',
    better: 'higher',
    bar: '≥ 1.5',
    ours: { name: 'embedded node (events/s)', run: side(ours, READ, readAllRequest(events)) },
    reference: {
      name: 'bare (events/s)',
      run: side(bare, '/floor.Floor/Read', Buffer.concat([header, frame ?? Buffer.alloc(0)])),
    },
  })
  ours.close()
  bare.close()
  floor.close()
  await node.close()
}
