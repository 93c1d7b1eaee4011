import type { BudgetStatus, BudgetView } from '@mosaic/contracts/budget'
import { expect, test } from 'vitest'
import { budgetSentences, spentWords } from './budget-words.ts'

const session = { sessionId: 's', name: 'worker-1', status: 'running', taskId: 't', missionId: 'm' } as const
const budget = (status: BudgetStatus, scope: BudgetView['scope'] = { kind: 'session', id: 's' }): BudgetView => ({
  scope,
  workspaceId: 'default',
  status,
  limits: { usd: 5, tokens: null, wallSeconds: null },
  policy: 'ask',
  warned: [],
  exhausted: null,
  spent: { microUsd: 4_970_000, tokens: 1000, calls: 3, unpricedCalls: 0 },
  reserved: { microUsd: 0, tokens: 0, calls: 0 },
  open: [],
  time: { countedMs: 0, runningSince: null },
  setBy: { kind: 'operator', id: 'ada' },
  setAt: '2026-01-02T03:04:05.000Z',
  revision: 1,
})

test('what is used up is said with what it takes to go on, and what soon will be is said too', () => {
  expect(budgetSentences([budget('exhausted'), budget('open')], [session])).toEqual([
    {
      id: 'session-s',
      tone: 'failed',
      title: 'The budget of agent worker-1 is used up',
      detail: '$4.97 of $5.00 spent. Its agents wait until it is raised (mosaic budget raise).',
    },
  ])
  const [warned] = budgetSentences([budget('warned', { kind: 'workspace', id: 'default' })], [])
  expect([warned?.tone, warned?.title]).toEqual(['waiting', 'The budget of this workspace is four fifths spent'])
})

test('of budgets that nobody spends from any more nothing is said', () => {
  const ended = [{ ...session, status: 'failed' as const }]
  const all = [budget('exhausted'), budget('warned', { kind: 'mission', id: 'm' })]
  expect(budgetSentences(all, ended)).toEqual([])
  expect(budgetSentences(all, [session])).toHaveLength(2)
})

test('what has no price is not shown as nothing', () => {
  const { limits, spent } = budget('open')
  expect(spentWords({ limits, spent: { ...spent, unpricedCalls: 1 } })).toBe(
    '$4.97 and what has no price of $5.00 spent',
  )
})
