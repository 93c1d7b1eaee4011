import { expect, test } from 'vitest'
import { timeLeftMs } from './reckoning.ts'
import type { OpenBudget } from './state.ts'

const begun = Date.parse('2026-03-04T05:00:00.000Z')
const at = (seconds: number) => new Date(begun + seconds * 1000)
const budgetOf = (over: Partial<OpenBudget>): OpenBudget => ({
  status: 'open',
  scope: { kind: 'workspace', id: 'default' },
  limits: { usd: null, tokens: null, wallSeconds: 60 },
  policy: 'ask',
  spent: { microUsd: 0, tokens: 0 },
  reserved: {},
  warned: [],
  exhausted: null,
  time: { countedMs: 10_000, runningSince: begun },
  ...over,
})

test('what is left of its time is what has not gone by while it was at work', () => {
  expect(timeLeftMs(budgetOf({}), at(20))).toBe(30_000)
  expect(timeLeftMs(budgetOf({}), at(90))).toBe(0)
  const standing = budgetOf({ exhausted: 'usd', time: { countedMs: 10_000, runningSince: null } })
  expect(timeLeftMs(standing, at(90)), 'it stands still').toBe(50_000)
})

test('none is left where it was found to be up, and there is no end where it is not limited', () => {
  const up = { exhausted: 'wall', time: { countedMs: 59_000, runningSince: null } } as const
  expect(timeLeftMs(budgetOf(up), at(90))).toBe(0)
  expect(timeLeftMs(budgetOf({ limits: { usd: 1, tokens: null, wallSeconds: null } }), at(90))).toBeNull()
})
