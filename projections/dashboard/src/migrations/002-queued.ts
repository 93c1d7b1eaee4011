import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** Whether a session waits for its turn to start. */
export const queued: Migration = {
  name: '002-queued',
  async up(transaction) {
    await sql`alter table sessions add column queued boolean not null`.execute(transaction)
  },
}
