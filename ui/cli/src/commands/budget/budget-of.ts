import { type Client, ProblemError } from '@mosaic/client'
import type { BudgetScope, BudgetView } from '@mosaic/contracts/budget'
import { gatewayRoutes } from '@mosaic/contracts/http'

/** What somebody's spending is limited to; `null` where it is not. */
export async function budgetOf(client: Client, scope: BudgetScope): Promise<BudgetView | null> {
  try {
    const budget = await client.call(gatewayRoutes.budget, { params: scope })
    return budget.status === 'removed' ? null : budget
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 404) return null
    throw error
  }
}
