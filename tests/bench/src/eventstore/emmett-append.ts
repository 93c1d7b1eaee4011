import { randomUUID } from 'node:crypto'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import { startPostgres } from '@mosaic/embedded-postgres'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inFlight, type Side, timed } from '../compare.ts'

const WIDTH = 10

/** emmett's event store on the local tier's Postgres, ten appends in flight, to streams of their own. */
export async function emmettAppends(
  batches: number,
  size: number,
  data: object,
): Promise<Side & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-emmett-'))
  const postgres = await startPostgres({ data: folder })
  const store = getPostgreSQLEventStore(postgres.url)
  await store.schema.migrate()
  return {
    name: 'emmett, 10 in flight (events/s)',
    run: async () => {
      const run = randomUUID()
      const events = Array.from({ length: size }, () => ({ type: 'Appended', data: { ...data } }))
      const ms = await timed(() =>
        inFlight(WIDTH, batches, (_n, worker) => store.appendToStream(`bench-${run}-${worker}`, events)),
      )
      return ((batches * size) / ms) * 1000
    },
    close: async () => {
      // Its pool keeps idle connections, and says so loudly when their server goes.
      process.on('uncaughtException', (fault: Error & { code?: string }) => {
        if (fault.code !== '57P01') throw fault
      })
      await store.close()
      await postgres.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
