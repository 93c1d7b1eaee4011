import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** Whether a session is taken to be stuck. */
export const stuck: Migration = {
  name: '003-stuck',
  async up(transaction) {
    await sql`alter table sessions add column stuck boolean not null`.execute(transaction)
  },
}
