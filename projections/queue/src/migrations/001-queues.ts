import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

export const queues: Migration = {
  name: '001-queues',
  async up(transaction) {
    await sql`
      create table queues (
        workspace_id text primary key,
        revision bigint not null,
        paused jsonb
      )`.execute(transaction)
  },
}
