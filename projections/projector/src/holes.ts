import type { ProjectionView } from '@mosaic/contracts/http'
import { type NoTables, roles, withWorkspace } from '@mosaic/postgres'
import { type Kysely, sql, type Transaction } from 'kysely'

/** Streams with parked events that are shown; the first of them is where to look. */
const mostHoles = 100

export type Holes = { readonly holes: ProjectionView['parked']; readonly count: number }

/**
 * What a live model could not take in, a row per stream: the event that was the cause, and how many wait behind it.
 * With a workspace, what a reader of that workspace may see of it. `count` is of all events and all workspaces.
 */
export async function readHoles(db: Kysely<NoTables>, schema: string, workspaceId?: string): Promise<Holes> {
  const everything = await db.transaction().execute(async (transaction) => {
    // The owner, too, is held to the policies.
    await sql`select set_config('role', ${roles.projector}, true)`.execute(transaction)
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.id(schema, 'parked')}`.execute(transaction)
    return { count: rows[0]!.count, holes: await holesIn(transaction, schema) }
  })
  if (workspaceId === undefined || everything.count === 0) return everything
  const holes = await withWorkspace(db, workspaceId, (transaction) => holesIn(transaction, schema))
  return { ...everything, holes }
}

async function holesIn(transaction: Transaction<NoTables>, schema: string): Promise<ProjectionView['parked']> {
  const { rows } = await sql<ProjectionView['parked'][number]>`
    select * from (
      select distinct on (stream_id) stream_id as "streamId", position, event_id as "eventId",
        event_type as "eventType", coalesce(error, '') as error,
        (count(*) over (partition by stream_id) - 1)::int as waiting
      from ${sql.id(schema, 'parked')} order by stream_id, position
    ) holes order by holes.position limit ${mostHoles}`.execute(transaction)
  return rows
}
