import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** What the numbers are made of, a row per session; the numbers themselves are added up when they are asked for. */
export const sessions: Migration = {
  name: '001-sessions',
  async up(transaction) {
    await sql`
      create table sessions (
        session_id uuid primary key,
        workspace_id text not null,
        revision bigint not null,
        status text not null,
        requested_at timestamptz not null,
        updated_at timestamptz not null,
        spawn_latency_ms double precision,
        kill_latency_ms double precision,
        commits integer not null,
        input_tokens bigint not null,
        output_tokens bigint not null,
        cache_read_tokens bigint not null,
        cache_write_tokens bigint not null,
        cost_usd numeric not null,
        uncounted_calls integer not null,
        unpriced_calls integer not null
      )`.execute(transaction)
    await sql`create index sessions_of_workspace on sessions (workspace_id)`.execute(transaction)
  },
}
