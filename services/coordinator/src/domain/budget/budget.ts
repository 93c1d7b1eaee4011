import {
  type BudgetEvent,
  type BudgetLimits,
  type BudgetRejection,
  mostLimits,
  type Spending,
} from '@mosaic/contracts/budget'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { BudgetCommand, CommandOf } from './commands.ts'
import { evolve } from './evolve.ts'
import { hindranceOf } from './hindrance.ts'
import { warningsIn } from './reckoning.ts'
import type { Budget, OpenBudget } from './state.ts'

export type { BudgetCommand } from './commands.ts'
export type { Budget } from './state.ts'

type Decision = Result<readonly BudgetEvent[], Rejection<BudgetRejection>>

const missing = err({ code: 'BUDGET_NOT_FOUND', message: 'there is no such budget' } as const)

function decide(command: BudgetCommand, budget: Budget): Decision {
  if (command.type === 'SetBudget') return ok(set(command, budget))
  switch (command.type) {
    case 'RaiseBudget':
      return budget.status === 'none' ? missing : raise(command, budget)
    case 'RemoveBudget':
      return budget.status === 'none' ? missing : ok([{ type: 'BudgetRemoved', data: { scope: budget.scope } }])
    // Who has no budget any more is free to spend.
    case 'ReserveBudget':
      return budget.status === 'none' ? ok([]) : reserve(command, budget)
    case 'SettleBudget':
      return ok(budget.status === 'none' ? [] : settle(command, budget))
  }
}

function set(
  { scope, limits, policy, at }: CommandOf<'SetBudget'>,
  budget: Budget,
  raisedFrom: BudgetLimits | null = null,
): BudgetEvent[] {
  const isSame = budget.status === 'open' && budget.policy === policy && areSame(budget.limits, limits)
  if (isSame && budget.exhausted === null) return []
  const data = { scope, limits, raisedFrom, policy, at: at.toISOString() }
  return withWarnings(budget, [{ type: 'BudgetSet', data }], at)
}

const areSame = (a: BudgetLimits, b: BudgetLimits): boolean =>
  a.usd === b.usd && a.tokens === b.tokens && a.wallSeconds === b.wallSeconds

function raise({ by, at }: CommandOf<'RaiseBudget'>, budget: OpenBudget): Decision {
  const { scope, limits: before, policy } = budget
  const limits = { ...before }
  for (const limit of ['usd', 'tokens', 'wallSeconds'] as const) {
    const [was, more] = [before[limit], by[limit]]
    if (more === null) continue
    if (was === null) {
      const message = `the budget has no limit of ${limit} that could be raised: "budget set" gives it one`
      return err({ code: 'BUDGET_NOT_LIMITED', message, field: limit })
    }
    const sum = Number((was + more).toFixed(6))
    if (sum > mostLimits[limit]) {
      const message = `the budget's limit of ${limit} is ${was}, and no limit is higher than ${mostLimits[limit]}`
      return err({ code: 'BUDGET_TOO_HIGH', message, field: limit })
    }
    limits[limit] = sum
  }
  return ok(set({ type: 'SetBudget', scope, limits, policy, at }, budget, before))
}

function reserve(command: CommandOf<'ReserveBudget'>, budget: OpenBudget): Decision {
  const { callId, sessionId, most, at } = command
  const { scope, reserved, exhausted, policy } = budget
  if (callId in reserved) return ok([])
  const hindrance = hindranceOf(budget, command)
  if (!hindrance) {
    return ok(withWarnings(budget, [{ type: 'BudgetReserved', data: { scope, callId, sessionId, most } }], at))
  }
  const { why, measure, message } = hindrance
  if (why === 'used-up' && exhausted === null) {
    return ok([{ type: 'BudgetExhausted', data: { scope, measure, sessionId, at: at.toISOString() } }])
  }
  return err({ code: 'BUDGET_REFUSED', message, details: { why, policy } })
}

function settle({ callId, spent, at }: CommandOf<'SettleBudget'>, budget: OpenBudget): BudgetEvent[] {
  const open = budget.reserved[callId]
  if (!open) return []
  const { sessionId, most } = open
  const data = { scope: budget.scope, callId, sessionId, ...settlement(spent, { most, limits: budget.limits }) }
  return withWarnings(budget, [{ type: 'BudgetSettled', data }], at)
}

/** Where money is limited, and it is not known what a call has cost, it has cost what was reserved for it. */
function settlement(
  spent: CommandOf<'SettleBudget'>['spent'],
  { most, limits }: Pick<OpenBudget, 'limits'> & { readonly most: Spending },
) {
  if (spent === 'nothing') return { spent: { microUsd: 0, tokens: 0 }, basis: 'nothing' as const }
  if (spent === 'most') return { spent: most, basis: 'most' as const }
  const isUnpriced = spent.microUsd === null && limits.usd !== null
  return isUnpriced
    ? { spent: { ...spent, microUsd: most.microUsd }, basis: 'most' as const }
    : { spent, basis: 'counted' as const }
}

function withWarnings(before: Budget, events: readonly BudgetEvent[], at: Date): BudgetEvent[] {
  const budget = events.reduce(evolve, before)
  if (budget.status === 'none') return [...events]
  const { scope } = budget
  return [
    ...events,
    ...warningsIn(budget, at).map((measure) => ({ type: 'BudgetWarned' as const, data: { scope, measure } })),
  ]
}

/**
 * What a scope may spend, what it has spent, and what is kept for calls that are under way. What is spent and what is
 * kept are never more than the limits together, as long as no call costs more than it was reserved for.
 */
export const budget: Decider<Budget, BudgetCommand, BudgetEvent, BudgetRejection> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}
