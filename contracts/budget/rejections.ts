/** Refusals of the budget decider. */
export const budgetRejections = [
  'BUDGET_NOT_FOUND',
  /** What is to be raised has no limit. */
  'BUDGET_NOT_LIMITED',
  /** No limit may be as high as it would be raised to. */
  'BUDGET_TOO_HIGH',
  /** A call may not begin now. */
  'BUDGET_REFUSED',
] as const
export type BudgetRejection = (typeof budgetRejections)[number]
