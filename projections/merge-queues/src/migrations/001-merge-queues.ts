import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `view` is the queue as it is shown; the other columns are what it is found and ordered by. */
export const mergeQueues: Migration = {
  name: '001-merge-queues',
  async up(transaction) {
    await sql`
      create table merge_queues (
        queue_id uuid primary key,
        workspace_id text not null,
        repository text not null,
        created_position bigint not null,
        view jsonb not null
      )`.execute(transaction)
    await sql`create index merge_queues_newest on merge_queues (workspace_id, created_position desc)`.execute(
      transaction,
    )
  },
}
