import { expect, test } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { budgetEvents } from './index.ts'

test('BudgetSet of version 1 did not say whether it was a raise: it is a set', () => {
  const data = {
    scope: { kind: 'mission', id: '01890000-0000-7000-8000-000000000004' },
    limits: { usd: 2, tokens: null, wallSeconds: null },
    policy: 'ask',
    at: '2026-03-04T05:06:07.000Z',
  }
  expect(parseEvent(budgetEvents, { type: 'BudgetSet', data, schemaVersion: 1 })).toEqual({
    ok: true,
    data: { ...data, raisedFrom: null },
  })
})
