import type { BudgetEvent, Spending } from '@mosaic/contracts/budget'
import { elapsedMs } from './reckoning.ts'
import type { Budget, OpenBudget } from './state.ts'

const nothingSpent = {
  spent: { microUsd: 0, tokens: 0 },
  reserved: {},
  time: { countedMs: 0, runningSince: null },
} as const

export function evolve(budget: Budget, event: BudgetEvent): Budget {
  if (event.type === 'BudgetSet') {
    const { scope, limits, policy, at } = event.data
    const { spent, reserved, time } = budget.status === 'open' ? budget : nothingSpent
    const runningSince = time.runningSince ?? Date.parse(at)
    return {
      status: 'open',
      scope,
      limits,
      policy,
      spent,
      reserved,
      warned: [],
      exhausted: null,
      time: { ...time, runningSince },
    }
  }
  if (budget.status === 'none') return budget
  switch (event.type) {
    case 'BudgetReserved': {
      const { callId, sessionId, most } = event.data
      return { ...budget, reserved: { ...budget.reserved, [callId]: { sessionId, most } } }
    }
    case 'BudgetSettled':
      return settled(budget, event.data)
    case 'BudgetWarned':
      return { ...budget, warned: [...budget.warned, event.data.measure] }
    case 'BudgetExhausted': {
      const { measure, at } = event.data
      const time = { countedMs: elapsedMs(budget.time, new Date(at)), runningSince: null }
      return { ...budget, exhausted: measure, time }
    }
    case 'BudgetRemoved':
      return { status: 'none' }
  }
}

function settled(budget: OpenBudget, { callId, spent }: { readonly callId: string; readonly spent: Spending }): Budget {
  const { [callId]: _, ...reserved } = budget.reserved
  return {
    ...budget,
    reserved,
    spent: {
      microUsd: budget.spent.microUsd + (spent.microUsd ?? 0),
      tokens: budget.spent.tokens + spent.tokens,
    },
  }
}
