import { type Kysely, sql, type Transaction } from 'kysely'
import type { NoTables } from './connect.ts'
import { isMissing, isTransient, ReadModelUnavailableError, sqlState } from './errors.ts'
import { roles } from './roles.ts'

declare const scoped: unique symbol

/** A transaction that sees one workspace. Queries ask for this type, so that nobody calls them without a workspace. */
export type WorkspaceTransaction = Transaction<NoTables> & { readonly [scoped]: true }

/**
 * Runs queries in a read-only transaction that sees the rows of one workspace and no other (row-level security).
 * Throws ReadModelUnavailableError when Postgres does not answer or the model has not been built yet.
 */
export async function withWorkspace<Answer>(
  db: Kysely<NoTables>,
  workspaceId: string,
  query: (transaction: WorkspaceTransaction) => Promise<Answer>,
): Promise<Answer> {
  try {
    // Read committed on purpose: under a swap of models an older snapshot would see the new tables half filled.
    return await db
      .transaction()
      .setAccessMode('read only')
      .execute(async (transaction) => {
        await sql`select set_config('role', ${roles.reader}, true), set_config('app.workspace_id', ${workspaceId}, true)`.execute(
          transaction,
        )
        return query(transaction as WorkspaceTransaction)
      })
  } catch (error) {
    // A query that writes is a bug here, though a projector may meet the same code on a standby.
    if (sqlState(error) === '25006' || !(isTransient(error) || isMissing(error))) throw error
    throw new ReadModelUnavailableError('the read model cannot be asked', { cause: error })
  }
}
