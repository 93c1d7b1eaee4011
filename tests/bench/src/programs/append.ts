// P1: durable single appends, 64 in flight, ÷ emmett-postgresql's, 10 in flight.
import { randomUUID } from 'node:crypto'
import { connectEventStore } from '@mosaic/event-store'
import { commandContext, messageRecorded } from '@mosaic/kit'
import { compare, inFlight, timed } from '../compare.ts'
import { emmettAppends } from '../eventstore/emmett-append.ts'
import { startNodeProcess } from '../eventstore/node-process.ts'

const appends = 12_000

export async function run(): Promise<void> {
  const node = await startNodeProcess()
  const store = connectEventStore({ connectionString: node.url, instanceId: 'bench' })
  const sample = messageRecorded(randomUUID(), randomUUID(), 'x'.repeat(250))
  const reference = await emmettAppends(appends / 4, 1, sample.data)
  await compare({
    name: 'append',
    unit: '× emmett-postgresql (appends/s)',
    better: 'higher',
    bar: '≥ 3',
    ours: {
      name: 'embedded node, 64 in flight (appends/s)',
      run: async () => {
        const sessions = Array.from({ length: 64 }, () => randomUUID())
        // As for the reference: what is to be appended is there before the clock starts.
        const ready = Array.from({ length: appends }, () => ({
          event: messageRecorded(sessions[0]!, randomUUID(), 'x'.repeat(250)),
          context: commandContext(),
        }))
        const ms = await timed(() =>
          inFlight(64, appends, async (n, worker) => {
            const { event, context } = ready[n]!
            const appended = await store.append(`agentSession-${sessions[worker]!}`, [event], {
              expectedRevision: 'any',
              context,
            })
            if (!appended.ok) throw new Error(appended.error.message)
          }),
        )
        return (appends / ms) * 1000
      },
    },
    reference,
  })
  await store.close()
  await reference.close()
  await node.close()
}
