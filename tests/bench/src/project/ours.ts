import { conversationProjection } from '@mosaic/conversation'
import type { RawRecord } from '@mosaic/contracts/kernel'
import { eventually } from '@mosaic/kit'
import type { Messaging } from '@mosaic/messaging'
import { connectPostgres, followProgress, schemaOf } from '@mosaic/postgres'
import { startProjector } from '@mosaic/projector'
import { createLogger } from '@mosaic/runtime'
import { sql } from 'kysely'
import type { Side } from '../compare.ts'

/**
 * The projector as it runs, with one projection. Its log is said to be empty, so that every event has to come from
 * JetStream; the stream is held back until the read model is there and the clock runs.
 */
export function oursSide(postgresUrl: string, messaging: Messaging, records: readonly RawRecord[]): Side {
  const last = records.at(-1)!.position
  return {
    name: 'projector',
    async run() {
      const { db, close } = connectPostgres({ url: postgresUrl, applicationName: 'bench', access: 'owner' })
      await sql`drop schema if exists ${sql.id(schemaOf(conversationProjection.name))} cascade`.execute(db)
      const started = Promise.withResolvers<void>()
      const projector = startProjector({
        postgresUrl,
        projections: [conversationProjection],
        logger: createLogger({ name: 'projector', level: 'silent' }),
        store: { lastPosition: async () => null, async *readAll() {}, async *readStream() {} },
        messaging: {
          connected: () => true,
          eventStream: {
            async sequenceAfter(position) {
              await started.promise
              return messaging.eventStream.sequenceAfter(position)
            },
            follow: (options) => messaging.eventStream.follow(options),
          },
        },
      })
      const progress = followProgress({ url: postgresUrl, applicationName: 'bench', db })
      await eventually('the read model', async () => (await projector.views().catch(() => []))[0]?.status === 'live')
      const start = performance.now()
      started.resolve()
      const { reached } = await progress.waitFor(conversationProjection.name, last, 120_000)
      const rate = (records.length / (performance.now() - start)) * 1000
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from conversation.entries`.execute(db)
      if (!reached || rows[0]?.n !== records.length) throw new Error(`${rows[0]?.n} of ${records.length} rows`)
      await Promise.all([projector.close(), progress.close()])
      await close()
      return rate
    },
  }
}
