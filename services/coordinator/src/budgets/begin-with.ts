import { budgetIdOf, type BudgetScope, limitsFrom, type BudgetTerms } from '@mosaic/contracts/budget'
import type { RejectionCode } from '@mosaic/contracts/http'
import { ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import type { Caller } from '@mosaic/http/caller'
import type { FeatureDeps } from '../deps.ts'

type Begun = { readonly scope: BudgetScope; readonly budget: BudgetTerms | null }

/**
 * Sets the budgets of what is about to be created: in the log they stand before it, so that whoever runs an agent of it
 * knows of them. Where the creation then fails, they limit nobody.
 */
export async function beginWithBudgets(
  { commands, clock }: Pick<FeatureDeps, 'commands' | 'clock'>,
  all: readonly Begun[],
  caller: Caller,
): Promise<Result<null, Rejection<RejectionCode>>> {
  for (const { scope, budget } of all) {
    if (budget === null) continue
    const id = budgetIdOf(scope)
    const limits = limitsFrom(budget)
    const command = { type: 'SetBudget', scope, limits, policy: budget.policy ?? 'ask', at: clock.now() } as const
    const context = { ...caller, commandId: uuidv5(`${caller.commandId}/${id}`) }
    const done = await inTime(commands.budget(id, command, context))
    if (!done.ok) return done
  }
  return ok(null)
}
