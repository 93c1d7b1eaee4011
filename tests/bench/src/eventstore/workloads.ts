import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, type EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client'
import { inFlight, median, timed } from '../compare.ts'

/** A node under load: `filled` is a stream that holds {@link fill}'s events, `run` names what each round writes. */
export type Load = { readonly client: EventStoreDBClient; readonly filled: string; readonly run: string }

export type Workload = {
  readonly name: string
  readonly better: 'higher' | 'lower'
  readonly unit: string
  /** What the work reads must be there before it is timed. */
  prepare?(load: Load): Promise<void>
  measure(load: Load): Promise<number>
}

const SERIAL = 400
const SINGLE = 2000
const BATCH = 500
const BATCHES = 25
const READ = 20_000
const WIDTH = 64
const filler = 'x'.repeat(400)

const event = (n: number) =>
  jsonEvent({
    type: 'Loaded',
    data: { n, orderId: '0123456789abcdef', filler },
    metadata: { correlationId: 'c0ffee00-0000-4000-8000-000000000000' },
  })
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n))

async function drain(stream: AsyncIterable<unknown>, count: number): Promise<void> {
  let left = count
  for await (const _ of stream) left--
  if (left !== 0) throw new Error(`${left} of ${count} events are missing`)
}

async function catchUp(client: EventStoreDBClient, count: number): Promise<void> {
  const subscription = client.subscribeToAll({ fromPosition: START })
  let left = count
  for await (const _ of subscription) if (--left === 0) break
  // Leaving the loop alone would let the node go on sending.
  await subscription.unsubscribe()
}

const perSecond = async (count: number, work: () => Promise<unknown>) => (count / (await timed(work))) * 1000

async function p50(count: number, one: (n: number) => Promise<unknown>): Promise<number> {
  const latencies: number[] = []
  for (let n = 0; n < count; n++) latencies.push(await timed(() => one(n)))
  return median(latencies)
}

/** Writes the events that the reading lines read; answers their stream. */
export async function fill(client: EventStoreDBClient): Promise<string> {
  const stream = `filled-${randomUUID()}`
  for (let n = 0; n < READ / BATCH; n++) await client.appendToStream(stream, events(BATCH))
  return stream
}

const batches = (width: number) => (load: Load) =>
  perSecond(BATCH * BATCHES, () =>
    inFlight(width, BATCHES, (_, worker) => load.client.appendToStream(`batches-${load.run}-${worker}`, events(BATCH))),
  )

async function appendToSubscriber({ client, run }: Load): Promise<number> {
  const stream = `live-${run}`
  const subscription = client.subscribeToAll({ fromPosition: END })
  let seen = () => {}
  subscription.on('data', (resolved) => resolved.event?.streamId === stream && seen())
  await new Promise((resolve) => subscription.once('confirmation', resolve))
  const latency = await p50(SERIAL, async (n) => {
    const arrived = new Promise<void>((resolve) => {
      seen = resolve
    })
    await client.appendToStream(stream, event(n))
    await arrived
  })
  await subscription.unsubscribe()
  return latency
}

const rate = { better: 'higher', unit: 'events/s' } as const

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'serial append',
    better: 'lower',
    unit: 'ms p50',
    measure: ({ client, run }) => p50(SERIAL, (n) => client.appendToStream(`serial-${run}`, event(n))),
  },
  {
    ...rate,
    name: '64 in flight, 64 streams',
    measure: ({ client, run }) =>
      perSecond(SINGLE, () =>
        inFlight(WIDTH, SINGLE, (n, worker) => client.appendToStream(`many-${run}-${worker}`, event(n))),
      ),
  },
  {
    ...rate,
    name: '64 in flight, a stream each',
    measure: ({ client, run }) =>
      perSecond(SINGLE, () => inFlight(WIDTH, SINGLE, (n) => client.appendToStream(`new-${run}-${n}`, event(n)))),
  },
  { ...rate, name: 'batches of 500, one at a time', measure: batches(1) },
  { ...rate, name: 'batches of 500, four in flight', measure: batches(4) },
  {
    ...rate,
    name: 'stream forwards',
    measure: ({ client, filled }) => perSecond(READ, () => drain(client.readStream(filled), READ)),
  },
  {
    ...rate,
    name: 'stream backwards',
    measure: ({ client, filled }) =>
      perSecond(READ, () => drain(client.readStream(filled, { direction: BACKWARDS, fromRevision: END }), READ)),
  },
  {
    ...rate,
    name: '$all read',
    measure: ({ client }) => perSecond(READ, () => drain(client.readAll({ maxCount: READ }), READ)),
  },
  { ...rate, name: '$all catch-up', measure: ({ client }) => perSecond(READ, () => catchUp(client, READ)) },
  {
    better: 'higher',
    unit: 'reads/s',
    name: '20-event reads, 64 in flight',
    prepare: async ({ client, run }) => {
      await inFlight(WIDTH, WIDTH, (n) => client.appendToStream(`short-${run}-${n}`, events(20)))
    },
    measure: ({ client, run }) =>
      perSecond(SINGLE, () =>
        inFlight(WIDTH, SINGLE, (_, worker) =>
          drain(client.readStream(`short-${run}-${worker}`, { maxCount: 20 }), 20),
        ),
      ),
  },
  { name: 'append to live $all subscriber', better: 'lower', unit: 'ms p50', measure: appendToSubscriber },
]
