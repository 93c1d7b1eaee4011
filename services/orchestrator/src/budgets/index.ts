export { KnownBudgets } from './known-budgets.ts'
export { Lineage } from './lineage.ts'
export { type BudgetRefusal, Reservations } from './reservations.ts'
