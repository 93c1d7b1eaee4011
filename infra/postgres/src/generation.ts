import { type Kysely, sql, type Transaction } from 'kysely'
import type { NoTables } from './connect.ts'
import type { Migration, Projection } from './projection.ts'
import { roles } from './roles.ts'

/**
 * One build of a projection: a schema that holds its tables, its checkpoint and what it could not take in. `position` is
 * the checkpoint, `null` before the first event.
 */
export type Generation = { readonly version: number; readonly position: string | null }

/** What the schema holds besides the projection's own tables. */
const ownTables = sql`
  create table checkpoint (
    only_row boolean primary key default true check (only_row),
    version integer not null,
    position bigint
  );
  create table parked (
    position bigint primary key,
    event_id text not null,
    event_type text not null,
    stream_id text not null,
    error text not null,
    payload json not null
  );
  create table migrations (name text primary key);`

/** Makes a generation without a row in it, in place of whatever stood under that name. */
export async function createGeneration(db: Kysely<NoTables>, projection: Projection, schema: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(transaction)
    await sql`create schema ${sql.id(schema)}`.execute(transaction)
    await sql`select set_config('search_path', ${schema}, true)`.execute(transaction)
    await sql`${ownTables}`.execute(transaction)
    await sql`insert into checkpoint (version) values (${projection.version})`.execute(transaction)
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

/**
 * Row-level security on every table that has a workspace, for its owner too; rights for reader and projector and
 * nobody else. On append-only tables triggers refuse what privileges alone would not refuse a superuser.
 */
async function secure(transaction: Transaction<NoTables>, projection: Projection, schema: string): Promise<void> {
  const { reader, projector } = roles
  const { rows } = await sql<{ table: string; scoped: boolean }>`
    select t.table_name as table, exists (
      select from information_schema.columns c
      where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'workspace_id'
    ) as scoped
    from information_schema.tables t where t.table_schema = ${schema}`.execute(transaction)
  await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(reader)}, ${sql.id(projector)}`.execute(transaction)
  for (const { table, scoped } of rows) {
    const appendOnly = projection.tables[table]?.appendOnly ?? false
    const rights = sql.raw(appendOnly ? 'select, insert' : 'select, insert, update')
    await sql`grant ${rights} on ${sql.id(table)} to ${sql.id(projector)}`.execute(transaction)
    await sql`grant select on ${sql.id(table)} to ${sql.id(reader)}`.execute(transaction)
    if (scoped) await scopeToWorkspace(transaction, table)
    if (appendOnly) await refuseChanges(transaction, table)
  }
}

async function scopeToWorkspace(transaction: Transaction<NoTables>, table: string): Promise<void> {
  const name = sql.id(table)
  await sql`
    alter table ${name} enable row level security;
    alter table ${name} force row level security;
    drop policy if exists workspace on ${name};
    drop policy if exists projector on ${name};
    create policy workspace on ${name} for select to ${sql.id(roles.reader)}
      using (workspace_id = current_setting('app.workspace_id', true));
    create policy projector on ${name} to ${sql.id(roles.projector)} using (true) with check (true);`.execute(
    transaction,
  )
}

async function refuseChanges(transaction: Transaction<NoTables>, table: string): Promise<void> {
  const name = sql.id(table)
  // "always": not even replication's session role turns it off. `search_path` may be anything when it fires.
  await sql`
    create or replace function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% on % is refused: its rows are only ever added', tg_op, tg_table_name
        using errcode = 'insufficient_privilege'; end $$;
    revoke update, delete, truncate on ${name} from public, current_user;
    drop trigger if exists append_only on ${name};
    create trigger append_only before update or delete or truncate on ${name}
      for each statement execute function refuse_change();
    alter table ${name} enable always trigger append_only;`.execute(transaction)
}

/** Undefined when there is no such generation. */
export async function readGeneration(db: Kysely<NoTables>, schema: string): Promise<Generation | undefined> {
  const { rows: found } = await sql`select from pg_namespace where nspname = ${schema}`.execute(db)
  if (found.length === 0) return undefined
  const { rows } = await sql<Generation>`select version, position from ${sql.id(schema, 'checkpoint')}`.execute(db)
  return rows[0]
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
