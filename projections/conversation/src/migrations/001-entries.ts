import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `reference` is the message's or tool call's id, by which a later fact finds the entry that it completes. */
export const entries: Migration = {
  name: '001-entries',
  async up(transaction) {
    await sql`
      create table entries (
        session_id uuid not null,
        revision bigint not null,
        workspace_id text not null,
        reference text,
        entry jsonb not null,
        primary key (session_id, revision)
      )`.execute(transaction)
    await sql`create index entries_by_reference on entries (session_id, reference) where reference is not null`.execute(
      transaction,
    )
  },
}
