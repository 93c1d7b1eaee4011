import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `view` is the mission as it is shown; the other columns are what it is found and ordered by. */
export const missions: Migration = {
  name: '001-missions',
  async up(transaction) {
    await sql`
      create table missions (
        mission_id uuid primary key,
        workspace_id text not null,
        status text not null,
        created_position bigint not null,
        view jsonb not null
      )`.execute(transaction)
    await sql`create index missions_newest on missions (workspace_id, created_position desc)`.execute(transaction)
  },
}
