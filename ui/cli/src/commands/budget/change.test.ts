import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes, problem } from '@mosaic/contracts/http'
import { expect, test, vi } from 'vitest'
import type { Context } from '../../gateway/action.ts'
import { changeBudget } from './change.ts'

const id = '0190a000-0000-7000-8000-000000000001'
const limits = (usd: number) => ({ status: 'open', limits: { usd, tokens: null, wallSeconds: null } })
const missing = new ProblemError(
  problem.parse({ type: 'urn:x', title: 't', status: 404, code: 'BUDGET_NOT_FOUND', detail: 'none' }),
)

/** What is said of a change, where a budget stood like this before and after. */
async function changing(verb: 'set' | 'raise', budgets: (object | Error)[], mission: object): Promise<string[]> {
  const lines: string[] = []
  const write = (text: unknown) => lines.push(String(text)) > 0
  vi.spyOn(process.stdout, 'write').mockImplementation(write)
  vi.spyOn(process.stderr, 'write').mockImplementation(write)
  const call = async (route: unknown) => {
    if (route === gatewayRoutes.mission) return mission
    if (route !== gatewayRoutes.budget) return { changed: true, position: '7' }
    const budget = budgets.shift()
    if (budget instanceof Error) throw budget
    return budget
  }
  const context = { client: { call } as unknown as Client, json: false } as Context
  const how = verb === 'set' ? ({ verb, policy: 'ask' } as const) : ({ verb } as const)
  await changeBudget(context, { for: ['mission', id], usd: 5 }, how)
  return lines
}

const running = { status: 'running', endedAt: null }

test('other limits took the place of all that there were, without a word of them', async () => {
  expect(await changing('set', [limits(20), limits(5)], running)).toEqual([
    'The budget is $5.00 now (before: $20.00).\n',
  ])
  expect(await changing('set', [missing, limits(5)], running)).toEqual([
    'The budget is $5.00 now (there was none before).\n',
  ])
})

test('a raise says how much it is now', async () => {
  expect(await changing('raise', [limits(20), limits(25)], running)).toEqual([
    'Raised: the budget is $25.00 now (before: $20.00).\n',
  ])
})

test('a budget of what has ended was taken without a word of that', async () => {
  const over = { status: 'completed', endedAt: '2026-01-02T03:04:05.000Z' }
  expect((await changing('set', [limits(20), limits(5)], over))[1]).toBe(
    'This mission has ended (completed): the budget counts only if it is taken up again.\n',
  )
})
