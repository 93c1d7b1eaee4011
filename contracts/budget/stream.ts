import { streamFamily } from '../kernel/index.ts'
import type { BudgetScope } from './vocabulary.ts'

/** `budget-{kind}-{id}` */
export const budgetStream = streamFamily('budget')

/** What names a budget, in its stream's name and wherever people name it. */
export const budgetIdOf = ({ kind, id }: BudgetScope): string => `${kind}-${id}`
