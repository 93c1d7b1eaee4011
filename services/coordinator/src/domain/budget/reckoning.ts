import { type BudgetLimits, type BudgetMeasure, microUsdOf, type Spending } from '@mosaic/contracts/budget'
import type { Amounts, OpenBudget } from './state.ts'

export const measures = ['usd', 'tokens', 'wall'] as const satisfies readonly BudgetMeasure[]

/** Of a limit: from here on people are warned. */
const warnedFrom = 0.8

export const limitsIn = ({ usd, tokens, wallSeconds }: BudgetLimits): Amounts => ({
  usd: usd === null ? Infinity : microUsdOf(usd),
  tokens: tokens ?? Infinity,
  wall: wallSeconds === null ? Infinity : wallSeconds * 1000,
})

export const elapsedMs = ({ countedMs, runningSince }: OpenBudget['time'], at: Date): number =>
  countedMs + (runningSince === null ? 0 : Math.max(0, at.getTime() - runningSince))

export const spentIn = ({ spent, time }: OpenBudget, at: Date): Amounts => ({
  usd: spent.microUsd,
  tokens: spent.tokens,
  wall: elapsedMs(time, at),
})

/** How long until its time is up; `null` where it has no limit. */
export function timeLeftMs({ limits, time, exhausted }: OpenBudget, at: Date): number | null {
  if (limits.wallSeconds === null) return null
  return exhausted === 'wall' ? 0 : Math.max(0, limits.wallSeconds * 1000 - elapsedMs(time, at))
}

export function reservedIn({ reserved }: OpenBudget): Amounts {
  const all = Object.values(reserved)
  return {
    usd: all.reduce((sum, { most }) => sum + (most.microUsd ?? 0), 0),
    tokens: all.reduce((sum, { most }) => sum + most.tokens, 0),
    wall: 0,
  }
}

/** Of time a call takes as little as there is: it is broken off when the time is up, and none begins after that. */
const asked = (most: Spending): Amounts => ({ usd: most.microUsd ?? 0, tokens: most.tokens, wall: 1 })

/** Of what a call does not fit any more, whatever comes back of the calls that are under way. */
export function exhaustedBy(budget: OpenBudget, most: Spending, at: Date): BudgetMeasure | undefined {
  const [limits, spent, more] = [limitsIn(budget.limits), spentIn(budget, at), asked(most)]
  return measures.find((measure) => spent[measure] + more[measure] > limits[measure])
}

/** Whether it would fit if nothing were under way, and does not now. */
export function heldBy(budget: OpenBudget, most: Spending, at: Date): BudgetMeasure | undefined {
  const [limits, spent, held] = [limitsIn(budget.limits), spentIn(budget, at), reservedIn(budget)]
  const more = asked(most)
  return measures.find((measure) => spent[measure] + held[measure] + more[measure] > limits[measure])
}

/** Of what people are to be warned, and have not been. */
export function warningsIn(budget: OpenBudget, at: Date): BudgetMeasure[] {
  const [limits, spent] = [limitsIn(budget.limits), spentIn(budget, at)]
  return measures.filter(
    (measure) => !budget.warned.includes(measure) && spent[measure] >= warnedFrom * limits[measure],
  )
}
