import type { Upcast } from '../kernel/index.ts'
import { withApprovals, withTerms } from '../task/index.ts'

/** Version 1 knew no budgets, and its tasks' plans said nothing of what agents may use. */
export const createdV1: Upcast = ({ tasks, ...rest }) => ({
  ...rest,
  budget: null,
  tasks: Array.isArray(tasks) ? tasks.map((each: unknown) => (isRecord(each) ? withTerms(each) : each)) : tasks,
})

/** Version 2 said nothing of what its agents may do. */
export const createdV2: Upcast = ({ tasks, ...rest }) => ({
  ...rest,
  approvals: null,
  tasks: Array.isArray(tasks) ? tasks.map((each: unknown) => (isRecord(each) ? withApprovals(each) : each)) : tasks,
})

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
