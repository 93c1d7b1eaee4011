import type { BudgetScope, ReserveBudget } from '@mosaic/contracts/budget'
import { err, ok } from '@mosaic/contracts/kernel'
import { answerMs, StoreUnavailableError } from '@mosaic/event-store'
import { id } from '@mosaic/kit'
import { expect, test } from 'vitest'
import type { Commands } from '../commands.ts'
import { budget, type Budget } from '../domain/budget/budget.ts'
import { reserve, settledMs } from './reserve.ts'

const now = new Date('2026-03-04T05:06:07.000Z')
const mission = { kind: 'mission', id: id(4) } as const
const workspace = { kind: 'workspace', id: 'default' } as const
const [sessionId, callId] = [id(1), id(2)]
const asked: Omit<ReserveBudget, 'isUnderWay'> = {
  callId,
  sessionId,
  scopes: [mission, workspace],
  most: { microUsd: 1, tokens: 1 },
  isSideBySide: false,
}
const context = {
  commandId: id(3),
  workspaceId: 'default',
  actor: { kind: 'agent', id: sessionId },
  occurredAt: now,
  correlationId: id(3),
} as const

/** Budgets of a mission and of the workspace, and a store that `before` and `after` may hold up, or be away. */
function budgets(store: { before?: (id: string) => unknown; after?: (id: string) => unknown } = {}) {
  const limits = { usd: 1, tokens: null, wallSeconds: null }
  const begin = (scope: BudgetScope): Budget =>
    budget.evolve(budget.initialState, {
      type: 'BudgetSet',
      data: { scope, limits, raisedFrom: null, policy: 'ask', at: now.toISOString() },
    })
  const all = new Map<string, Budget>([
    [`mission-${mission.id}`, begin(mission)],
    ['workspace-default', begin(workspace)],
  ])
  const execute: Commands['budget'] = async (budgetId, command) => {
    if (command.type === 'ReserveBudget') await store.before?.(budgetId)
    const before = all.get(budgetId)!
    const decided = budget.decide(command, before)
    if (!decided.ok) return err(decided.error) as never
    const state = decided.value.reduce(budget.evolve, before)
    all.set(budgetId, state)
    if (command.type === 'ReserveBudget') await store.after?.(budgetId)
    return ok({ events: decided.value, state, revision: 0, position: '0', unreadable: null }) as never
  }
  const calls = () => [...all.values()].flatMap((each) => (each.status === 'open' ? Object.keys(each.reserved) : []))
  return { deps: { commands: { budget: execute }, clock: { now: () => now } }, calls }
}

const signal = () => new AbortController().signal

test('a call is kept in every budget that it counts for', async () => {
  const { deps, calls } = budgets()
  const until = { patience: signal(), unheard: signal() }
  expect(await reserve(deps, asked, context, until)).toEqual(ok({ granted: true, withinMs: null }))
  expect(calls()).toEqual([callId, callId])
})

test('an agent whose call before was not settled in time was told that the store does not answer', async () => {
  expect(settledMs, 'it is told before its question has taken too long').toBeLessThan(answerMs)
  const { deps, calls } = budgets()
  const until = { patience: AbortSignal.abort(), unheard: signal() }
  await reserve(deps, { ...asked, callId: id(7), scopes: [workspace] }, context, until)
  const answer = await reserve(deps, asked, context, until)
  expect(answer).toMatchObject(ok({ granted: false, why: 'unsettled', scope: workspace }))
  expect(calls(), 'what the other budget had kept for it is given back').toEqual([id(7)])
})

test('what was kept after its agent had been told that nobody can say stayed kept, for a call that is not made', async () => {
  const unheard = new AbortController()
  const { deps, calls } = budgets({ after: (budgetId) => budgetId.startsWith('mission') && unheard.abort() })
  await reserve(deps, asked, context, { patience: signal(), unheard: unheard.signal })
  expect(calls()).toEqual([])
})

test('what was kept in one budget stayed kept when the store went away before the next', async () => {
  const away = (budgetId: string) => {
    if (budgetId.startsWith('workspace')) throw new StoreUnavailableError('away')
  }
  for (const store of [{ before: away }, { after: away }]) {
    const { deps, calls } = budgets(store)
    const until = { patience: signal(), unheard: signal() }
    await expect(reserve(deps, asked, context, until)).rejects.toThrow('away')
    expect(calls()).toEqual([])
  }
})
