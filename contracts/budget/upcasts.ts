import type { Upcast } from '../kernel/index.ts'

/** Version 1 did not say whether limits were set or raised, nor from what. */
export const budgetSetV1: Upcast = (data) => ({ ...data, raisedFrom: null })
