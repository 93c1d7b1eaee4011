import { budgetIdOf, type BudgetScope, type BudgetStatus, budgetView, type BudgetView } from '@mosaic/contracts/budget'
import { checkpointOf, pageOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { budgetsProjection } from './projection.ts'
import type { BudgetTables } from './tables.ts'

export type BudgetFilter = {
  /** Without it, all but those that were removed. */
  readonly status?: BudgetStatus | undefined
  readonly limit: number
  /** `nextCursor` of the page before: a commit position. */
  readonly cursor?: string | undefined
}

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(budgetsProjection.name)

const tables = (transaction: WorkspaceTransaction, schema: string) =>
  transaction.withSchema(schema).$extendTables<BudgetTables>()

/** One page of budgets, newest first. */
export async function findBudgets(
  transaction: WorkspaceTransaction,
  { status, limit, cursor }: BudgetFilter,
  schema: string = live,
): Promise<{ items: BudgetView[]; nextCursor: string | null; position: string }> {
  const position = await checkpointOf(transaction, schema)
  const rows = await tables(transaction, schema)
    .selectFrom('budgets')
    .select(['view', 'set_position'])
    .where('status', status === undefined ? '!=' : '=', status ?? 'removed')
    .$if(cursor !== undefined, (query) => query.where('set_position', '<', cursor!))
    .orderBy('set_position', 'desc')
    .limit(limit + 1)
    .execute()
  const { shown, nextCursor } = pageOf(rows, limit, (row) => row.set_position)
  return { items: shown.map(viewOf), nextCursor, position }
}

/** One budget; undefined when the workspace has none of that scope. */
export async function findBudget(
  transaction: WorkspaceTransaction,
  scope: BudgetScope,
  schema: string = live,
): Promise<BudgetView | undefined> {
  const row = await tables(transaction, schema)
    .selectFrom('budgets')
    .select('view')
    .where('budget_id', '=', budgetIdOf(scope))
    .executeTakeFirst()
  return row && viewOf(row)
}

const viewOf = (row: { view: unknown }): BudgetView => budgetView.parse(row.view)
