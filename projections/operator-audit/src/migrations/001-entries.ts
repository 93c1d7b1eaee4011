import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `sessions` keeps the names that entries show, because an entry cannot be completed later. */
export const entries: Migration = {
  name: '001-entries',
  async up(transaction) {
    await sql`
      create table entries (
        position bigint primary key,
        event_id uuid not null,
        workspace_id text not null,
        occurred_at timestamptz not null,
        operator_id text not null,
        operator_name text not null,
        action text not null,
        stream_id text not null,
        revision bigint not null,
        session_id uuid,
        session_name text,
        preview text not null
      )`.execute(transaction)
    await sql`create index entries_newest on entries (workspace_id, position desc)`.execute(transaction)
    await sql`create index entries_by_session on entries (session_id, position desc)`.execute(transaction)
    await sql`create index entries_by_operator on entries (workspace_id, operator_id, position desc)`.execute(
      transaction,
    )
    await sql`
      create table sessions (session_id uuid primary key, workspace_id text not null, name text not null)`.execute(
      transaction,
    )
  },
}
