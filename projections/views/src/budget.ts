import { budgetEvents, budgetIdOf, type BudgetEvent, type BudgetView } from '@mosaic/contracts/budget'
import type { Fact, View } from '@mosaic/contracts/kernel'

type Fold = Fact<BudgetEvent>
type FactOf<Type extends BudgetEvent['type']> = Extract<Fold, { type: Type }>

/** A budget: what may be spent, what has been, and what is kept for calls that are under way. */
export const budgetView: View<BudgetView, Fold> = {
  version: 1,
  handles: Object.keys(budgetEvents) as BudgetEvent['type'][],
  keyOf: ({ data }) => [budgetIdOf(data.scope)],
  begin: (event) => (event.type === 'BudgetSet' ? anew(event) : undefined),
  evolve: (budget, event) =>
    event.revision <= budget.revision ? budget : { ...change(budget, event), revision: event.revision },
}

function anew({ data, metadata, revision }: FactOf<'BudgetSet'>): BudgetView {
  const { scope, limits, policy, at } = data
  return {
    scope,
    workspaceId: metadata.workspaceId,
    status: 'open',
    limits,
    policy,
    warned: [],
    exhausted: null,
    spent: { microUsd: 0, tokens: 0, calls: 0, unpricedCalls: 0 },
    reserved: { microUsd: 0, tokens: 0, calls: 0 },
    open: [],
    time: { countedMs: 0, runningSince: at },
    setBy: metadata.actor,
    setAt: metadata.occurredAt,
    revision,
  }
}

function change(budget: BudgetView, event: Fold): BudgetView {
  switch (event.type) {
    case 'BudgetSet':
      return budget.status === 'removed' ? anew(event) : set(budget, event)
    case 'BudgetReserved': {
      const { callId, sessionId, most } = event.data
      return withOpen(budget, [...budget.open, { callId, sessionId, most }])
    }
    case 'BudgetSettled':
      return settled(budget, event)
    case 'BudgetWarned': {
      const status = budget.status === 'open' ? 'warned' : budget.status
      return { ...budget, status, warned: [...budget.warned, event.data.measure] }
    }
    case 'BudgetExhausted': {
      const { measure, at } = event.data
      const { countedMs, runningSince } = budget.time
      const ranMs = runningSince === null ? 0 : Math.max(0, Date.parse(at) - Date.parse(runningSince))
      const time = { countedMs: countedMs + ranMs, runningSince: null }
      return { ...budget, status: 'exhausted', exhausted: measure, time }
    }
    case 'BudgetRemoved':
      return withOpen({ ...budget, status: 'removed' }, [])
  }
}

/** Other limits; what was spent stays. */
function set(budget: BudgetView, { data, metadata }: FactOf<'BudgetSet'>): BudgetView {
  const { limits, policy, at } = data
  const time = { ...budget.time, runningSince: budget.time.runningSince ?? at }
  const { actor: setBy, occurredAt: setAt } = metadata
  return { ...budget, status: 'open', limits, policy, warned: [], exhausted: null, time, setBy, setAt }
}

function settled(budget: BudgetView, { data }: FactOf<'BudgetSettled'>): BudgetView {
  const { callId, spent, basis } = data
  const before = budget.spent
  const wasCall = basis === 'nothing' ? 0 : 1
  const after = {
    microUsd: before.microUsd + (spent.microUsd ?? 0),
    tokens: before.tokens + spent.tokens,
    calls: before.calls + wasCall,
    unpricedCalls: before.unpricedCalls + (spent.microUsd === null ? 1 : 0),
  }
  return withOpen(
    { ...budget, spent: after },
    budget.open.filter((call) => call.callId !== callId),
  )
}

const withOpen = (budget: BudgetView, open: BudgetView['open']): BudgetView => ({
  ...budget,
  open,
  reserved: {
    microUsd: open.reduce((sum, { most }) => sum + (most.microUsd ?? 0), 0),
    tokens: open.reduce((sum, { most }) => sum + most.tokens, 0),
    calls: open.length,
  },
})
