import { budgetsProjection, findBudget, findBudgets } from '@mosaic/budgets'
import { gatewayRoutes, ownWorkspace } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'
import { pageCursor } from './cursor.ts'
import { ask, type ReadModels } from './read-model.ts'

/** Budgets as the read model has them. */
export function addBudgetRoutes(app: FastifyInstance, models: ReadModels): void {
  const budgets = { ...models, projection: budgetsProjection.name }

  addRoute(app, gatewayRoutes.budgets, ({ query, request }) =>
    ask(budgets, request, (transaction) => findBudgets(transaction, { ...query, cursor: pageCursor(query.cursor) })),
  )
  addRoute(app, gatewayRoutes.budget, async ({ params, request }) => {
    const isOwn = params.kind === 'workspace' && params.id === ownWorkspace
    const scope = isOwn ? { ...params, id: operatorOf(request).workspaceId } : params
    const budget = await ask(budgets, request, (transaction) => findBudget(transaction, scope))
    if (!budget.ok) return budget
    if (budget.value) return ok(budget.value)
    return err({ code: 'BUDGET_NOT_FOUND', message: `the ${scope.kind} ${scope.id} has no budget` } as const)
  })
}
