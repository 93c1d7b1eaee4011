// P2: one append after the other, p50, ÷ a bare grpc-js client-streaming call that commits one row durably.
import { randomUUID } from 'node:crypto'
import { compare, median, timed } from '../compare.ts'
import { appendMessages, RawClient, startFloor } from '../eventstore/floor.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const appends = 400
const data = Buffer.from(JSON.stringify({ orderId: '0123456789abcdef', filler: 'x'.repeat(450) }))

const serial = (client: RawClient, path: string) => async () => {
  const stream = `serial-${randomUUID()}`
  const latencies: number[] = []
  for (let n = 0; n < appends; n++) {
    const messages = appendMessages(stream, randomUUID(), data)
    latencies.push(await timed(() => client.append(path, messages)))
  }
  return median(latencies)
}

export async function run(): Promise<void> {
  const [node, floor] = await Promise.all([startNodeProcess(), startFloor()])
  const [ours, bare] = [new RawClient(new URL(node.url.replace('esdb', 'http')).host), new RawClient(floor.address)]
  await compare({
    name: 'append-latency',
    unit: '× grpc-js call + one durable commit (ms)',
    better: 'lower',
    bar: '≤ 1.5',
    ours: { name: 'embedded node p50 (ms)', run: serial(ours, '/event_store.client.streams.Streams/Append') },
    reference: { name: 'bare p50 (ms)', run: serial(bare, '/floor.Floor/Append') },
  })
  ours.close()
  bare.close()
  floor.close()
  await node.close()
}
