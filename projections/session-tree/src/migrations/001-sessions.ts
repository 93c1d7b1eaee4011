import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `view` is the session as it is shown; the other columns are what it is found and ordered by. */
export const sessions: Migration = {
  name: '001-sessions',
  async up(transaction) {
    await sql`
      create table sessions (
        session_id uuid primary key,
        workspace_id text not null,
        parent_session_id uuid,
        mission_id uuid not null,
        status text not null,
        asks boolean not null,
        outcome text,
        agent_type text not null,
        model_provider text,
        name text not null,
        task text not null,
        requested_position bigint not null,
        view jsonb not null
      )`.execute(transaction)
    await sql`create index sessions_newest on sessions (workspace_id, requested_position desc)`.execute(transaction)
    await sql`create index sessions_by_parent on sessions (parent_session_id)`.execute(transaction)
    await sql`create index sessions_by_mission on sessions (workspace_id, mission_id)`.execute(transaction)
    await sql`create index sessions_that_ask on sessions (workspace_id, requested_position desc) where asks`.execute(
      transaction,
    )
    await sql`create index sessions_by_status on sessions (workspace_id, status, requested_position desc)`.execute(
      transaction,
    )
  },
}
