import type { Migration } from '@mosaic/postgres'
import { sql } from 'kysely'

/** `view` is the budget as it is shown; the other columns are what it is found and ordered by. */
export const budgets: Migration = {
  name: '001-budgets',
  async up(transaction) {
    await sql`
      create table budgets (
        budget_id text primary key,
        workspace_id text not null,
        status text not null,
        set_position bigint not null,
        view jsonb not null
      )`.execute(transaction)
    await sql`create index budgets_newest on budgets (workspace_id, set_position desc)`.execute(transaction)
  },
}
