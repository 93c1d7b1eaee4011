import { z } from 'zod'
import { budgetKind, budgetStatus, budgetView, raiseBudget, removeBudget, setBudget } from '../../budget/index.ts'
import { position, workspaceId } from '../../kernel/index.ts'
import { route } from '../route.ts'
import { after, cursor, limit, page } from '../shapes.ts'

/** Stands for the id of the workspace in which one asks. */
export const ownWorkspace = '~'

/** A UUID but for a workspace. */
const byScope = z.object({ kind: budgetKind, id: z.union([workspaceId, z.literal(ownWorkspace)]) })

export const budgetAnswer = z.object({ budgetId: z.string(), changed: z.boolean(), revision: z.int(), position })
export type BudgetAnswer = z.infer<typeof budgetAnswer>

const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  route({
    method: 'POST',
    path: `/api/budgets/:kind/:id/${verb}`,
    role: 'operator',
    summary,
    params: byScope,
    body,
    answer: budgetAnswer,
    status: 202,
  })

/** What a person does with budgets. The commands stand at the coordinator as well, which decides. */
export const budgetCommandRoutes = {
  setBudget: command('set', 'Limit what a workspace, mission, task or session may spend from now on', setBudget),
  raiseBudget: command('raise', 'Let it spend so much more', raiseBudget),
  removeBudget: command('remove', 'Limit it no longer', removeBudget),
} as const

export const budgetRoutes = {
  ...budgetCommandRoutes,
  budgets: route({
    method: 'GET',
    path: '/api/budgets',
    role: 'observer',
    summary: 'Budgets, newest first',
    query: z.object({ status: budgetStatus.optional(), limit: limit(50, 200), ...cursor, ...after }),
    answer: page(budgetView),
  }),
  budget: route({
    method: 'GET',
    path: '/api/budgets/:kind/:id',
    role: 'observer',
    summary: 'One budget, with the calls that are under way',
    params: byScope,
    query: z.object(after),
    answer: budgetView,
  }),
} as const
