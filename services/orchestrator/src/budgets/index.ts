export { KnownBudgets } from './known-budgets.ts'
export { type BudgetRefusal, Reservations } from './reservations.ts'
