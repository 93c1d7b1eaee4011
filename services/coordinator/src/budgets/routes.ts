import { budgetIdOf, type BudgetScope, limitsFrom } from '@mosaic/contracts/budget'
import { coordinatorRoutes, ownWorkspace } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { readCaller } from '@mosaic/http/caller'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import type { BudgetCommand } from '../domain/budget/budget.ts'
import { isInWorkspace } from './is-in-workspace.ts'
import { reserve, settledMs } from './reserve.ts'
import { timeLeft } from './time-left.ts'

/** What people say of budgets, and what orchestrators ask before a model call. */
export function budgetRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const { clock } = deps
  addRoute(app, coordinatorRoutes.setBudget, ({ params, body: { policy, ...asked }, request }) => {
    const limits = limitsFrom(asked)
    const commandFor = (scope: BudgetScope) => ({ type: 'SetBudget', scope, limits, policy, at: clock.now() }) as const
    return change(deps, { scope: params, request, commandFor })
  })
  addRoute(app, coordinatorRoutes.raiseBudget, ({ params: scope, body, request }) => {
    const command = { type: 'RaiseBudget', by: limitsFrom(body), at: clock.now() } as const
    return change(deps, { scope, request, commandFor: () => command })
  })
  addRoute(app, coordinatorRoutes.removeBudget, ({ params: scope, request }) =>
    change(deps, { scope, request, commandFor: () => ({ type: 'RemoveBudget' }) }),
  )
  addRoute(app, coordinatorRoutes.reserveBudget, async ({ body, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    if (body.isUnderWay) return ok({ granted: true, withinMs: await inTime(timeLeft(deps, body.scopes)) } as const)
    const actor = { kind: 'agent', id: body.sessionId } as const
    const unheard = new AbortController()
    const until = { patience: AbortSignal.timeout(settledMs), unheard: unheard.signal }
    return inTime(reserve(deps, body, { ...caller.value, actor }, until)).catch((error: unknown) => {
      unheard.abort()
      throw error
    })
  })
}

type Changing = {
  readonly scope: BudgetScope
  readonly request: FastifyRequest
  readonly commandFor: (scope: BudgetScope) => BudgetCommand
}

async function change(deps: FeatureDeps, { scope: named, request, commandFor }: Changing) {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const { workspaceId } = caller.value
  const isOwn = named.kind === 'workspace' && named.id === ownWorkspace
  const scope = isOwn ? { ...named, id: workspaceId } : named
  if (!(await inTime(isInWorkspace(deps, scope, workspaceId)))) {
    return err({ code: 'BUDGET_NOT_FOUND', message: `there is no ${scope.kind} ${scope.id}`, field: 'id' } as const)
  }
  const budgetId = budgetIdOf(scope)
  const done = await inTime(deps.commands.budget(budgetId, commandFor(scope), caller.value))
  if (!done.ok) return done
  const { events, revision, position } = done.value
  return ok({ budgetId, changed: events.length > 0, revision, position })
}
