import { type Kysely, sql } from 'kysely'
import { schemaOf } from './projection.ts'

/** Postgres channel that says `name:position` for each batch of a projection that became visible. */
export const progressChannel = 'projection_progress'

/** How far a live read model is: a commit position, `0` before the first event. Works inside `withWorkspace`. */
export async function checkpointOf<DB>(db: Kysely<DB>, projection: string): Promise<string> {
  const { rows } = await sql<{ position: string | null }>`
    select position from ${sql.id(schemaOf(projection), 'checkpoint')}`.execute(db)
  return rows[0]?.position ?? '0'
}
