import { fixedHistory, projectionDatabase } from '@mosaic/kit'
import { type NoTables, type Projection, schemaOf } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { expect, test } from 'vitest'
import { digestOf } from './compare.ts'
import { allProjections } from './projections.ts'

/**
 * What the rows of a fixed history come to, with the version of the model that makes them. Two branches that both
 * raise a version to the same number meet here, where merging them would otherwise say nothing.
 *
 * Where a digest differs: rows come out differently, and the version has to rise. Only where the history has grown
 * (a new kind of fact) may the new digest stand beside the old version.
 */
const pinned: Readonly<Record<string, string>> = {
  'session-tree': '20 ff6c7da8201e6808',
  conversation: '6 5c7a3784e47c6460',
  'operator-audit': '5 a371f069d3f51524',
  dashboard: '5 9d7173005bf9892c',
  fleet: '2 8ac21c4689c53cf7',
  tasks: '3 693c48f015cfdfbb',
  missions: '3 afea6edc1e7d12a5',
  queue: '1 e5003bc3b7594bdc',
  budgets: '1 2c52bf149afd279d',
  'merge-queues': '2 c3ba94a8c46c62d8',
}

test.each(allProjections)('rows of $name differ only with a new version', async (projection) => {
  expect(`${projection.version} ${await rowsOf(projection)}`).toBe(pinned[projection.name])
})

async function rowsOf(projection: Projection): Promise<string> {
  const database = await projectionDatabase(projection)
  try {
    await database.apply(fixedHistory())
    return await database.db.transaction().execute((transaction) => digestIn(transaction, projection))
  } finally {
    await database.close()
  }
}

/** Moments are written as the zone of whoever reads them has them. */
async function digestIn(transaction: Transaction<NoTables>, projection: Projection): Promise<string> {
  await sql`set local timezone to 'UTC'`.execute(transaction)
  const { rows, digest } = await digestOf(transaction, projection, schemaOf(projection.name))
  expect(rows).toBeGreaterThan(0)
  return digest.slice(0, 16)
}
