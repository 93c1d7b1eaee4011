// Reads through infra/event-store, parsed, ÷ those of another checkout: `pnpm bench store-reads --against PATH`.
import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { connectEventStore, type EventStore } from '@mosaic/event-store'
import { commandContext, messageRecorded } from '@mosaic/kit'
import { compare, inFlight, type Side, timed } from '../compare.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const streams = 200
const length = 100
const shortReads = 1_500

type Connect = typeof connectEventStore
type Reads = { readonly name: string; readonly events: number; run(store: EventStore): Promise<number> }

async function count(items: AsyncIterable<{ readonly kind: string }>): Promise<number> {
  let events = 0
  for await (const item of items) if (item.kind === 'event') events++
  return events
}

async function write(store: EventStore): Promise<string[]> {
  const ids = Array.from({ length: streams }, () => `agentSession-${randomUUID()}`)
  const messages = (session: string, count: number) =>
    Array.from({ length: count }, () => messageRecorded(session, randomUUID(), 'x'.repeat(250)))
  const options = () => ({ expectedRevision: 'any' as const, context: commandContext() })
  await inFlight(8, streams, (n) => store.append(ids[n]!, messages(randomUUID(), length), options()))
  return ids
}

function readsOf(ids: readonly string[]): Reads[] {
  const short = async (store: EventStore) => {
    let events = 0
    await inFlight(64, shortReads, async (n) => {
      const read = await count(store.readStream(ids[n % streams]!, { limit: 20 }))
      events += read
    })
    return events
  }
  const byStream = async (store: EventStore) => {
    let events = 0
    for (const id of ids) {
      const read = await count(store.readStream(id))
      events += read
    }
    return events
  }
  return [
    { name: '$all', events: streams * length, run: (store) => count(store.readAll()) },
    { name: 'streams of 100', events: streams * length, run: byStream },
    { name: '20 events, 64 in flight', events: shortReads * 20, run: short },
  ]
}

const sideOf = (name: string, store: EventStore, reads: Reads): Side => ({
  name: `${name} (events/s)`,
  run: async () => {
    let events = 0
    const ms = await timed(async () => (events = await reads.run(store)))
    if (events !== reads.events) throw new Error(`${events} of ${reads.events} events`)
    return (events / ms) * 1000
  },
})

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...options], options: { against: { type: 'string' } } })
  if (values.against === undefined) throw new Error('store-reads needs --against PATH: a checkout to compare with')
  const other: { connectEventStore: Connect } = await import(
    join(resolve(values.against), 'infra/event-store/src/index.ts')
  )
  const node = await startNodeProcess()
  const settings = { connectionString: node.url, instanceId: 'bench' }
  const [ours, theirs] = [connectEventStore(settings), other.connectEventStore(settings)]
  for (const reads of readsOf(await write(ours))) {
    await compare({
      name: `store-reads, ${reads.name}`,
      unit: `× ${values.against} (events/s)`,
      better: 'higher',
      bar: '≥ 1.5',
      ours: sideOf('here', ours, reads),
      reference: sideOf('there', theirs, reads),
    })
  }
  await Promise.all([ours.close(), theirs.close()])
  await node.close()
}
