import type { BudgetView } from '@mosaic/contracts/budget'

export type BudgetRow = {
  budget_id: string
  workspace_id: string
  status: string
  /** Commit position of its first setting: the order of "newest first" and the page cursor. */
  set_position: string
  view: BudgetView
}

export type BudgetTables = { budgets: BudgetRow }

export const budgetColumns = {
  budget_id: 'text',
  workspace_id: 'text',
  status: 'text',
  set_position: 'bigint',
  view: 'jsonb',
} as const satisfies Record<keyof BudgetRow, string>
