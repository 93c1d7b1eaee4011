import type { BudgetLimits, BudgetMeasure, BudgetPolicy, BudgetScope, Spending } from '@mosaic/contracts/budget'

/** What a call that is under way may cost at the most. */
export type Reservation = { readonly sessionId: string; readonly most: Spending }

export type OpenBudget = {
  readonly status: 'open'
  readonly scope: BudgetScope
  readonly limits: BudgetLimits
  readonly policy: BudgetPolicy
  /** Added up; what has no price is not in it. */
  readonly spent: { readonly microUsd: number; readonly tokens: number }
  /** By the call. */
  readonly reserved: Readonly<Record<string, Reservation>>
  readonly warned: readonly BudgetMeasure[]
  /** Of what it is used up: nothing more begins until it is set anew. */
  readonly exhausted: BudgetMeasure | null
  /** How long it has been at work: up to a moment, and from then on unless it stands still. In milliseconds. */
  readonly time: { readonly countedMs: number; readonly runningSince: number | null }
}

export type Budget = { readonly status: 'none' } | OpenBudget

/** Of what there is a limit, in the smallest unit: millionths of a dollar, tokens, milliseconds. */
export type Amounts = Readonly<Record<BudgetMeasure, number>>
