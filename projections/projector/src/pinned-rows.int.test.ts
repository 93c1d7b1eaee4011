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
  'session-tree': '19 bb3b0f0b3728dec7',
  conversation: '6 f894f4613639ce33',
  'operator-audit': '4 a4b67ab0441372a1',
  dashboard: '4 49c4d64766c0bd4c',
  fleet: '2 8ac21c4689c53cf7',
  tasks: '2 01ba5dc056d7cc69',
  missions: '2 74dd8cd249c9c862',
  queue: '1 e5003bc3b7594bdc',
  budgets: '1 f49a41b286577328',
  'merge-queues': '2 206c23da2002bfaa',
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
