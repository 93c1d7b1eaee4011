import type { BudgetView } from '@mosaic/contracts/budget'
import { expect, test } from 'vitest'
import { budgetDetails, budgetTable, spentText } from './budget.ts'

const now = new Date('2026-03-04T05:16:07.000Z')
const budget: BudgetView = {
  scope: { kind: 'workspace', id: 'default' },
  workspaceId: 'default',
  status: 'open',
  limits: { usd: 5, tokens: 2_000_000, wallSeconds: 3600 },
  policy: 'ask',
  warned: [],
  exhausted: null,
  spent: { microUsd: 1_230_000, tokens: 4000, calls: 3, unpricedCalls: 0 },
  reserved: { microUsd: 500_000, tokens: 900, calls: 1 },
  open: [
    {
      callId: '01890000-0000-7000-8000-000000000001',
      sessionId: '01890000-0000-7000-8000-000000000002',
      most: { microUsd: 500_000, tokens: 900 },
    },
  ],
  time: { countedMs: 60_000, runningSince: '2026-03-04T05:06:07.000Z' },
  setBy: { kind: 'operator', id: 'ada', name: 'Ada' },
  setAt: '2026-03-04T05:06:07.000Z',
  revision: 3,
}

test('of each limit it is said how much of it is gone, and nothing of what has none', () => {
  expect(spentText(budget, now)).toBe('$1.23 of $5.00, 4000 of 2000000 tokens, 11m 0s of 1h 0m')
  const tokensOnly = { ...budget, limits: { usd: null, tokens: 10_000, wallSeconds: null } }
  expect(spentText(tokensOnly, now)).toBe('4000 of 10000 tokens')
})

test('what is not known is said, never shown as nothing', () => {
  const unknown = { ...budget, spent: { ...budget.spent, microUsd: 0, unpricedCalls: 2 } }
  expect(budgetDetails(unknown, now)).toContain('2 calls of unknown price, 4000 tokens')
  expect(budgetDetails(unknown, now)).not.toContain('$0.00 of')
})

test('what is kept for calls under way is shown apart from what is spent', () => {
  expect(budgetTable([budget], now)).toContain('up to $0.50 for 1 under way')
  expect(budgetDetails(budget, now)).toContain('01890000-0000-7000-8000-000000000002')
})
