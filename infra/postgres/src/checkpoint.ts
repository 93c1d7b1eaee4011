import { type Kysely, sql } from 'kysely'

/** Postgres channel that says `name:position` for each batch of a projection that became visible. */
export const progressChannel = 'projection_progress'

/** How far a read model is: a commit position, `0` before the first event. Works inside `withWorkspace`. */
export async function checkpointOf<DB>(db: Kysely<DB>, schema: string): Promise<string> {
  const { rows } = await sql<{ position: string | null }>`
    select position from ${sql.id(schema, 'checkpoint')}`.execute(db)
  return rows[0]?.position ?? '0'
}
