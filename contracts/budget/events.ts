import { z } from 'zod'
import { event, eventSince, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { budgetSetV1 } from './upcasts.ts'
import { budgetLimits, budgetMeasure, budgetPolicy, budgetScope, spending } from './vocabulary.ts'

const call = { scope: budgetScope, callId: uuid, sessionId: uuid } as const

/** Facts of `budgetStream`. Spending counts from the first of them. */
export const budgetEvents = {
  /** For the first time, or other limits from now on; what was spent stays. Its time runs from `at`, on where it stood. */
  BudgetSet: eventSince(
    z.object({
      scope: budgetScope,
      limits: budgetLimits,
      /** What its limits were, where its actor has raised them; `null` where they were set. */
      raisedFrom: budgetLimits.nullable(),
      policy: budgetPolicy,
      at: timestamp,
    }),
    [budgetSetV1],
  ),
  /** A model call may begin, and cost so much at the most. */
  BudgetReserved: event(z.object({ ...call, most: spending })),
  /**
   * What it did cost: as its server has counted it; all that was reserved, where nobody can know it; or nothing, because
   * there was no answer.
   */
  BudgetSettled: event(z.object({ ...call, spent: spending, basis: z.enum(['counted', 'most', 'nothing']) })),
  /** Four fifths are spent. */
  BudgetWarned: event(z.object({ scope: budgetScope, measure: budgetMeasure })),
  /** The next call does not fit any more: none begins until the budget is raised, and its time stands still. */
  BudgetExhausted: event(z.object({ scope: budgetScope, measure: budgetMeasure, sessionId: uuid, at: timestamp })),
  BudgetRemoved: event(z.object({ scope: budgetScope })),
} as const

export type BudgetEvent = EventsOf<typeof budgetEvents>
