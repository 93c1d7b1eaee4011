// Cost per append and per read as the store grows: the first and the last decile.
// MOSAIC_BENCH_EVENTS sets the size (10,000,000 takes a while); a tenth as many streams.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { inFlight, timed } from '../compare.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const total = Number(process.env['MOSAIC_BENCH_EVENTS'] ?? 200_000)
const BATCH = 10
const READS = 500

const shown = (value: number) => Math.round(value).toLocaleString('en')

export async function run(): Promise<void> {
  const node = await startNodeProcess()
  const client = EventStoreDBClient.connectionString(node.url)
  const data = { orderId: '0123456789abcdef', filler: 'x'.repeat(400) }
  const streams = total / BATCH
  const name = (n: number) => `grown-${n.toString(36)}`
  const appends: number[] = []
  const reads: number[] = []
  for (let decile = 0; decile < 10; decile++) {
    // Half of the batches go to streams of earlier deciles, as in life.
    const from = (decile * streams) / 10
    const ms = await timed(() =>
      inFlight(16, streams / 10, (n) => {
        const stream = n % 2 ? name(Math.floor(Math.random() * (from + n + 1))) : name(from + n)
        const events = Array.from({ length: BATCH }, () => jsonEvent({ id: randomUUID(), type: 'Grown', data }))
        return client.appendToStream(stream, events)
      }),
    )
    appends.push((total / 10 / ms) * 1000)
    const readMs = await timed(() =>
      inFlight(8, READS, async () => {
        const stream = name(2 * Math.floor((Math.random() * (from + streams / 10)) / 2))
        for await (const _ of client.readStream(stream, { maxCount: BATCH }));
      }),
    )
    reads.push((READS / readMs) * 1000)
  }
  const [rss] = /VmRSS:\s+\d+/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8')) ?? ['']
  console.log(
    `eventstore-growth ${(appends[9]! / appends[0]!).toFixed(2)} appends, ${(reads[9]! / reads[0]!).toFixed(2)} reads`,
  )
  console.log(
    `  last ÷ first decile of ${shown(total)} events: appends ${shown(appends[0]!)} → ${shown(appends[9]!)} events/s, ` +
      `reads ${shown(reads[0]!)} → ${shown(reads[9]!)} streams/s; resident ${shown(Number(rss.replace(/\D/g, '')) / 1024)} MB`,
  )
  await client.dispose()
  await node.close()
}
