import { budgetIdOf, type BudgetScope, budgetStream } from '@mosaic/contracts/budget'
import { load } from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import type { FeatureDeps } from '../deps.ts'
import { timeLeftMs } from '../domain/budget/reckoning.ts'

/** How long a call that is under way may still take, by the budgets as they are now; `null` where none limits it. */
export async function timeLeft(
  { store, clock }: Pick<FeatureDeps, 'store' | 'clock'>,
  scopes: readonly BudgetScope[],
): Promise<number | null> {
  const aggregate = aggregates.budget
  let leftMs: number | null = null
  for (const scope of scopes) {
    const { state } = await load(store, { aggregate, streamId: budgetStream.of(budgetIdOf(scope)) })
    leftMs = sooner(leftMs, state.status === 'none' ? null : timeLeftMs(state, clock.now()))
  }
  return leftMs
}

export const sooner = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other)
