export {
  raiseBudget,
  type RaiseBudget,
  removeBudget,
  reservationRefusal,
  type ReservationRefusal,
  reserveAnswer,
  type ReserveAnswer,
  reserveBudget,
  type ReserveBudget,
  setBudget,
  type SetBudget,
} from './commands.ts'
export { budgetEvents, type BudgetEvent } from './events.ts'
export { budgetRejections, type BudgetRejection } from './rejections.ts'
export { budgetIdOf, budgetStream } from './stream.ts'
export {
  budgetKind,
  type BudgetKind,
  type BudgetLimits,
  type BudgetMeasure,
  budgetPolicy,
  type BudgetPolicy,
  type BudgetScope,
  budgetTerms,
  type BudgetTerms,
  budgetTermsAsked,
  limitsFrom,
  mostLimits,
  microUsdOf,
  type Spending,
  spendingAsked,
  spendingLimits,
  type SpendingLimits,
} from './vocabulary.ts'
export { budgetStatus, type BudgetStatus, budgetView, type BudgetView } from './views.ts'
