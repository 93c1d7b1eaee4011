import {
  connectPostgres,
  createGeneration,
  type NoTables,
  type Postgres,
  type ProjectedEvent,
  type Projection,
  roles,
  schemaOf,
  withWorkspace,
  type WorkspaceTransaction,
} from '@mosaic/postgres'
import { type Kysely, sql } from 'kysely'
import { postgresDatabase } from './postgres.ts'

export type ProjectionDatabase = {
  readonly url: string
  readonly db: Kysely<NoTables>
  /** Empties the model; where rows may not go, by a new generation in the place of the old one. */
  clear(): Promise<void>
  /** Applies events as the projector does, batch by batch, without its checkpoint. */
  apply(...batches: readonly (readonly ProjectedEvent[])[]): Promise<void>
  query<Answer>(workspaceId: string, query: (transaction: WorkspaceTransaction) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

/** One projection's live model in a database of its own, for specs of its rows and queries. */
export async function projectionDatabase(projection: Projection): Promise<ProjectionDatabase> {
  const database = await postgresDatabase([projection])
  const { db, close }: Postgres = connectPostgres({ url: database.url, applicationName: 'spec', access: 'owner' })
  const schema = schemaOf(projection.name)
  return {
    url: database.url,
    db,
    async clear() {
      const tables = Object.entries(projection.tables)
      if (tables.some(([, table]) => table.appendOnly)) return createGeneration(db, projection, schema)
      await sql`truncate ${sql.join(tables.map(([table]) => sql.id(schema, table)))}`.execute(db)
    },
    async apply(...batches) {
      for (const batch of batches) {
        await db.transaction().execute(async (transaction) => {
          await sql`select set_config('search_path', ${schema}, true), set_config('role', ${roles.projector}, true)`.execute(
            transaction,
          )
          await projection.apply(transaction, batch)
        })
      }
    },
    query: (workspaceId, query) => withWorkspace(db, workspaceId, query),
    async close() {
      await close()
      await database.close()
    },
  }
}
