// Cost per append and per read as the store grows: the first and the last decile of it. Half of the appends begin a stream,
// half go to any stream there is. MOSAIC_BENCH_EVENTS sets the size (10,000,000 take some ten minutes and 10 GB of disk); a
// twentieth as many streams, or MOSAIC_BENCH_STREAMS. Requests are encoded by hand: it is the node that is measured.
import { randomUUID } from 'node:crypto'
import { inFlight, median, timed } from '../compare.ts'
import { batchAppendRequest, RawClient, readStreamRequest } from '../eventstore/floor.ts'
import { memoryOf, startNodeProcess } from '../eventstore/node-process.ts'

const total = Number(process.env['MOSAIC_BENCH_EVENTS'] ?? 200_000)
const streams = Number(process.env['MOSAIC_BENCH_STREAMS'] ?? total / 20)
const DECILES = 10
const APPENDS_PER_STREAM = 2
const READS = 2000
const SERIAL = 200
const SERVICE = '/event_store.client.streams.Streams'

const data = Buffer.from(JSON.stringify({ orderId: '0123456789abcdef', filler: 'x'.repeat(400) }))
const size = Math.max(1, Math.round(total / streams / APPENDS_PER_STREAM))
const shown = (value: number) => Math.round(value).toLocaleString('en')

interface Decile {
  eventsPerSecond: number
  serialMs: number
  readsPerSecond: number
}

export async function run(): Promise<void> {
  const node = await startNodeProcess()
  const client = new RawClient(new URL(node.url.replace('esdb', 'http')).host)
  const batches = client.batches(`${SERVICE}/BatchAppend`)
  const names = Array.from({ length: streams }, (_, n) => `grown-${n.toString(36)}-${randomUUID().slice(0, 8)}`)
  let begun = 0
  const anyStream = () => names[Math.floor(Math.random() * begun)]!
  const append = (stream: string, count: number) => {
    const ids = Array.from({ length: count }, () => randomUUID())
    return batches.append(batchAppendRequest({ stream, ids, data }))
  }

  const grow = async (): Promise<Decile> => {
    const fresh = streams / DECILES
    const appends = fresh * APPENDS_PER_STREAM
    const ms = await timed(() => inFlight(64, appends, (n) => append(n % 2 ? anyStream() : names[begun++]!, size)))
    const serial: number[] = []
    for (let n = 0; n < SERIAL; n++) serial.push(await timed(() => append(anyStream(), 1)))
    const readMs = await timed(() =>
      inFlight(8, READS, async () => {
        const { count } = await client.read(`${SERVICE}/Read`, readStreamRequest(anyStream(), size))
        if (count < size) throw new Error(`${count} of ${size} events`)
      }),
    )
    return {
      eventsPerSecond: ((appends * size) / ms) * 1000,
      serialMs: median(serial),
      readsPerSecond: (READS / readMs) * 1000,
    }
  }

  const deciles: Decile[] = []
  for (let n = 0; n < DECILES; n++) {
    deciles.push(await grow())
    const { eventsPerSecond, serialMs, readsPerSecond } = deciles[n]!
    console.log(
      `  decile ${n + 1}: ${shown(eventsPerSecond)} events/s, serial append ${serialMs.toFixed(2)} ms, ` +
        `${shown(readsPerSecond)} reads/s, ${shown(memoryOf(node.pid))} MB resident`,
    )
  }
  const [first, last] = [deciles[0]!, deciles.at(-1)!]
  const ratio = (figure: keyof Decile) => (last[figure] / first[figure]).toFixed(2)
  console.log(
    `eventstore-growth ${ratio('eventsPerSecond')} appends, ${ratio('serialMs')} serial latency, ` +
      `${ratio('readsPerSecond')} reads: last ÷ first decile of ${shown(total)} events in ${shown(streams)} streams`,
  )
  batches.end()
  client.close()
  await node.close()
}
