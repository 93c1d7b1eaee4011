import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `view` is the task as it is shown; the other columns are what it is found, counted and ordered by. */
export const tasks: Migration = {
  name: '001-tasks',
  async up(transaction) {
    await sql`
      create table tasks (
        task_id uuid primary key,
        workspace_id text not null,
        mission_id uuid not null,
        external_key text,
        status text not null,
        is_queued boolean not null,
        title text not null,
        instructions text not null,
        created_position bigint not null,
        view jsonb not null
      )`.execute(transaction)
    await sql`create index tasks_newest on tasks (workspace_id, created_position desc)`.execute(transaction)
    await sql`create index tasks_by_mission on tasks (workspace_id, mission_id)`.execute(transaction)
    await sql`create index tasks_by_status on tasks (workspace_id, status, created_position desc)`.execute(transaction)
    await sql`create index tasks_by_key on tasks (workspace_id, external_key)`.execute(transaction)
  },
}
