import { type Kysely, sql, type Transaction } from 'kysely'
import type { NoTables } from './connect.ts'
import { form, ownTables } from './own-tables.ts'
import type { Migration, Projection } from './projection.ts'
import { secure } from './secure.ts'

/** One build of a projection: a schema that holds its tables, its checkpoint and what it could not take in. */
export type Generation = {
  readonly version: number
  /** The checkpoint; `null` before the first event. */
  readonly position: string | null
  /**
   * How far the model was that this one has replaced, where it was of another version: what reacts to this model has
   * reacted to all up to there already. `null` where nothing was replaced.
   */
  readonly oldMark: string | null
  /** Whether its own tables are as this program knows them. If not, it can be read, and is to be built anew. */
  readonly isCurrentForm: boolean
}

/**
 * Makes a generation without a row in it, in place of whatever stood under that name. Throws UnscopedTableError when the
 * projection's tables do not keep what its `scope` promises.
 */
export async function createGeneration(db: Kysely<NoTables>, projection: Projection, schema: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(transaction)
    await sql`create schema ${sql.id(schema)}`.execute(transaction)
    await sql`select set_config('search_path', ${schema}, true)`.execute(transaction)
    await sql`${ownTables}`.execute(transaction)
    await sql`insert into checkpoint (version, form) values (${projection.version}, ${form})`.execute(transaction)
    await runMigrations(transaction, projection.migrations)
    await secure(transaction, projection, schema)
  })
}

/** Runs the migrations that came after the generation was made: those that change no row. */
export async function migrateGeneration(db: Kysely<NoTables>, projection: Projection, schema: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`select set_config('search_path', ${schema}, true)`.execute(transaction)
    if (await runMigrations(transaction, projection.migrations)) await secure(transaction, projection, schema)
  })
}

async function runMigrations(transaction: Transaction<NoTables>, migrations: readonly Migration[]): Promise<boolean> {
  await sql`lock table migrations in exclusive mode`.execute(transaction)
  const { rows } = await sql<{ name: string }>`select name from migrations`.execute(transaction)
  const done = new Set(rows.map((row) => row.name))
  const missing = migrations.filter((migration) => !done.has(migration.name))
  for (const migration of missing) {
    await migration.up(transaction)
    await sql`insert into migrations values (${migration.name})`.execute(transaction)
  }
  return missing.length > 0
}

/** Undefined when there is no such generation. */
export async function readGeneration(db: Kysely<NoTables>, schema: string): Promise<Generation | undefined> {
  const { rows: schemas } = await sql`select from pg_namespace where nspname = ${schema}`.execute(db)
  if (schemas.length === 0) return undefined
  // As JSON, where a column that an earlier form did not have is null.
  const { rows } = await sql<Omit<Generation, 'isCurrentForm'> & { form: string | null }>`
    select version, position, to_jsonb(c) ->> 'old_mark' as "oldMark", to_jsonb(c) ->> 'form' as form
    from ${sql.id(schema, 'checkpoint')} c`.execute(db)
  const found = rows[0]
  if (!found) return undefined
  const { form: foundForm, ...generation } = found
  return { ...generation, isCurrentForm: foundForm === String(form) }
}

/** Gives a finished generation the name that readers ask for, and the replaced one another, in the caller's transaction. */
export async function renameGeneration(db: Kysely<NoTables>, from: string, to: string): Promise<void> {
  await sql`alter schema ${sql.id(from)} rename to ${sql.id(to)}`.execute(db)
}

/** Drops a generation that nobody names any more. Gives up (and rejects) when readers hold on to it for long. */
export async function dropGeneration(db: Kysely<NoTables>, schema: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local lock_timeout = '5s'`.execute(transaction)
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(transaction)
  })
}
