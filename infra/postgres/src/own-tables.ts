import { sql } from 'kysely'

/** Goes up when these tables change: a generation of an earlier form is built anew. */
export const form = 2

/** What a generation holds besides the projection's own tables. */
export const ownTables = sql`
  create table checkpoint (
    only_row boolean primary key default true check (only_row),
    version integer not null,
    form integer not null,
    position bigint,
    old_mark bigint
  );
  create table parked (
    position bigint primary key,
    event_id text not null,
    event_type text not null,
    stream_id text not null,
    revision bigint not null,
    workspace_id text,
    content_type text not null,
    error text,
    payload json not null
  );
  create index parked_by_stream on parked (stream_id, position);
  create table migrations (name text primary key);`

/** Who may read them. A checkpoint is a position and nobody's secret; a parked event is its workspace's. */
export const ownScopes: Readonly<Record<string, 'everybody' | 'workspace' | 'nobody'>> = {
  checkpoint: 'everybody',
  parked: 'workspace',
  migrations: 'nobody',
}
