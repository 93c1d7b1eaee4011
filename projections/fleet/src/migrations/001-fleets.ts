import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

export const fleets: Migration = {
  name: '001-fleets',
  async up(transaction) {
    await sql`
      create table fleets (
        workspace_id text primary key,
        revision bigint not null,
        freezes jsonb not null
      )`.execute(transaction)
  },
}
