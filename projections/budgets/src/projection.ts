import { budgetIdOf } from '@mosaic/contracts/budget'
import { foldProjection } from '@mosaic/postgres'
import { budgetView, withOrigin } from '@mosaic/views'
import { budgets } from './migrations/001-budgets.ts'
import { budgetColumns, type BudgetRow } from './tables.ts'

/** A budget, and the commit position of its first setting: its place in the order of "newest first". */
const listed = withOrigin(budgetView, (event) => event.position)

/** Every budget that was ever set. */
export const budgetsProjection = foldProjection(listed, {
  name: 'budgets',
  version: 1,
  categories: ['budget'],
  scope: 'workspace',
  migrations: [budgets],
  table: 'budgets',
  columns: budgetColumns,
  key: ['budget_id'],
  lookUp: ['budget_id'],
  rowOf: ({ state: budget, origin }): BudgetRow => ({
    budget_id: budgetIdOf(budget.scope),
    workspace_id: budget.workspaceId,
    status: budget.status,
    set_position: origin,
    view: budget,
  }),
  stateOf: (row: BudgetRow) => ({ state: row.view, origin: row.set_position }),
})
