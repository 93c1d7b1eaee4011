import { type Client, ProblemError } from '@mosaic/client'
import type { BudgetPolicy, BudgetScope } from '@mosaic/contracts/budget'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printError, printJson } from '../../cli.ts'
import { limitWords } from '../../format/budget.ts'
import type { Context } from '../../gateway/action.ts'
import { type AmountOptions, limitsOf } from './amounts.ts'
import { budgetOf } from './budget-of.ts'
import { findScope, type ScopeOption } from './scope.ts'

type How = { readonly verb: 'set'; readonly policy: BudgetPolicy } | { readonly verb: 'raise' }

/** Sets or raises a budget, and says from what to what: other limits take the place of all that there were. */
export async function changeBudget({ client, json }: Context, options: ScopeOption & AmountOptions, how: How) {
  const params = await findScope(client, options)
  const limits = limitsOf(options)
  const before = await budgetOf(client, params)
  const answer =
    how.verb === 'set'
      ? await client.call(gatewayRoutes.setBudget, { params, body: { ...limits, policy: how.policy } })
      : await client.call(gatewayRoutes.raiseBudget, { params, body: limits })
  if (json) return printJson(answer)
  if (how.verb === 'set' && !answer.changed) return print('It stood so already.')
  const after = await client.call(gatewayRoutes.budget, { params, query: { after: answer.position } })
  const was = before ? `before: ${limitWords(before.limits)}` : 'there was none before'
  print(`${how.verb === 'set' ? 'The budget is' : 'Raised: the budget is'} ${limitWords(after.limits)} now (${was}).`)
  const ended = await endedAs(client, params)
  if (ended) printError(`This ${params.kind} has ended (${ended}): the budget counts only if it is taken up again.`)
}

/** How what may spend it has ended; `null` while it goes on. A workspace always does. */
async function endedAs(client: Client, { kind, id }: BudgetScope): Promise<string | null> {
  if (kind === 'workspace') return null
  const routes = { mission: gatewayRoutes.mission, task: gatewayRoutes.task, session: gatewayRoutes.session } as const
  try {
    const { status, endedAt } = await client.call(routes[kind], { params: { id } })
    return endedAt === null ? null : status
  } catch (error) {
    // Who was begun alone has a mission's id, and no mission.
    if (error instanceof ProblemError && error.problem.status === 404) return null
    throw error
  }
}
