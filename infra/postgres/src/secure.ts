import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { NoTables } from './connect.ts'
import { ownScopes } from './own-tables.ts'
import type { Projection } from './projection.ts'
import { roles } from './roles.ts'

/** A table whose rows would be everybody's: its projection says `scope: 'workspace'` and it has no `workspace_id`. */
export class UnscopedTableError extends Error {
  override readonly name = 'UnscopedTableError'
  constructor(projection: string, table: string) {
    super(`${projection}: table ${table} has no workspace_id, so no row of it can be anybody's`)
  }
}

/**
 * Row-level security on every table, deny by default: a reader sees what a policy names and nothing else, the projector
 * works on all rows. On append-only tables triggers refuse what privileges alone would not refuse a superuser.
 */
export async function secure(
  transaction: Transaction<NoTables>,
  projection: Projection,
  schema: string,
): Promise<void> {
  const { reader, projector } = roles
  await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(reader)}, ${sql.id(projector)}`.execute(transaction)
  for (const { table, hasWorkspace } of await tablesOf(transaction, schema)) {
    const scope = ownScopes[table] ?? projection.scope
    if (scope === 'workspace' && !hasWorkspace) throw new UnscopedTableError(projection.name, table)
    await admitProjector(transaction, projection, table)
    if (scope === 'workspace')
      await admitReader(transaction, table, sql`workspace_id = current_setting('app.workspace_id', true)`)
    if (scope === 'everybody') await admitReader(transaction, table, sql`true`)
    // The owner, too, is held to the policies where rows are somebody's.
    if (ownScopes[table] === undefined || scope === 'workspace') {
      await sql`alter table ${sql.id(table)} force row level security`.execute(transaction)
    }
    if (projection.tables[table]?.appendOnly) await refuseChanges(transaction, table)
  }
}

async function tablesOf(transaction: Transaction<NoTables>, schema: string) {
  const { rows } = await sql<{ table: string; hasWorkspace: boolean }>`
    select t.table_name as table, exists (
      select from information_schema.columns c
      where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'workspace_id'
    ) as "hasWorkspace"
    from information_schema.tables t where t.table_schema = ${schema}`.execute(transaction)
  return rows
}

async function admitProjector(
  transaction: Transaction<NoTables>,
  projection: Projection,
  table: string,
): Promise<void> {
  const name = sql.id(table)
  const mayDelete = table === 'parked' ? sql`, delete` : sql``
  const rights = projection.tables[table]?.appendOnly ? sql`select, insert` : sql`select, insert, update${mayDelete}`
  await sql`
    alter table ${name} enable row level security;
    drop policy if exists projector on ${name};
    create policy projector on ${name} to ${sql.id(roles.projector)} using (true) with check (true);
    grant ${rights} on ${name} to ${sql.id(roles.projector)};`.execute(transaction)
}

async function admitReader(
  transaction: Transaction<NoTables>,
  table: string,
  visible: RawBuilder<unknown>,
): Promise<void> {
  const name = sql.id(table)
  await sql`
    drop policy if exists reader on ${name};
    create policy reader on ${name} for select to ${sql.id(roles.reader)} using (${visible});
    grant select on ${name} to ${sql.id(roles.reader)};`.execute(transaction)
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
