import { type QueueStats, queueStats } from '@mosaic/contracts/task'
import { schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { sql } from 'kysely'
import { queueProjection } from './projection.ts'

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(queueProjection.name)

/** Since when the workspace's queue stands still, and why; `null` when it does not. */
export async function readPause(
  transaction: WorkspaceTransaction,
  schema: string = live,
): Promise<QueueStats['paused']> {
  const { rows } = await sql<{ paused: unknown }>`select paused from ${sql.id(schema, 'queues')}`.execute(transaction)
  return queueStats.shape.paused.parse(rows[0]?.paused ?? null)
}
