export { budgetsProjection } from './projection.ts'
export { type BudgetFilter, findBudget, findBudgets } from './queries.ts'
