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
  'session-tree': '21 4fe2ee420200c0c9',
  conversation: '7 476cefc6971c0142',
  'operator-audit': '5 b6c4dafb6a05cda5',
  dashboard: '6 e9418b3ae922868a',
  fleet: '2 8ac21c4689c53cf7',
  tasks: '3 762ea8b1d5f37b98',
  missions: '3 afea6edc1e7d12a5',
  queue: '1 e5003bc3b7594bdc',
  budgets: '1 44163c2d7f719441',
  'merge-queues': '2 96763eeacfdce4e4',
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
