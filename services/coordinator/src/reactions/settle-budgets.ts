import type { Usage } from '@mosaic/contracts/agent-session'
import { budgetIdOf, microUsdOf, type Spending } from '@mosaic/contracts/budget'
import type { EventOf } from '@mosaic/reactions'
import { defineReaction } from './reaction.ts'

/** The call of a session that is under way, and in which budgets something is kept for it. */
type Open = { readonly callId: string; readonly budgets: readonly string[] }
type State = Readonly<Record<string, Open>>
type Cost = Spending | 'most' | 'nothing'

/** What tells of a session that its call has come to an end. */
type Ending = EventOf<
  | 'MessageRecorded'
  | 'ContextCompacted'
  | 'ModelCallDeferred'
  | 'ModelChanged'
  | 'SessionClaimed'
  | 'AgentCompleted'
  | 'AgentFailed'
  | 'AgentKilled'
>

/**
 * What was kept for a model call is settled by what its session's log says of it: the answer with what it cost, that
 * there was none, or that somebody else runs the session now. A session makes one call at a time. Nothing else settles,
 * so that a crash at any moment loses no reservation and keeps none for ever.
 */
export const settleBudgets = defineReaction({
  name: 'settle-budgets',
  version: 1,
  handles: [
    'BudgetReserved',
    'BudgetSettled',
    'MessageRecorded',
    'ContextCompacted',
    'ModelCallDeferred',
    'ModelChanged',
    'SessionClaimed',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
  ],
  initial: {} as State,
  evolve(state, event) {
    switch (event.type) {
      case 'BudgetReserved':
        return kept(state, event)
      case 'BudgetSettled':
        return settled(state, event)
      default: {
        if (costOf(event) === undefined) return state
        const { [event.data.sessionId]: _, ...others } = state
        return others
      }
    }
  },
  react(state, event) {
    if (event.type === 'BudgetReserved' || event.type === 'BudgetSettled') return []
    const open = state[event.data.sessionId]
    const spent = costOf(event)
    if (!open || spent === undefined) return []
    const at = new Date(event.metadata.occurredAt)
    const command = { type: 'SettleBudget', callId: open.callId, spent, at } as const
    return open.budgets.map((id) => ({ to: 'budget' as const, id, command, key: id }))
  },
})

function kept(state: State, { data: { sessionId, callId, scope } }: EventOf<'BudgetReserved'>): State {
  const before = state[sessionId]
  const budgets = before?.callId === callId ? before.budgets : []
  return { ...state, [sessionId]: { callId, budgets: [...budgets, budgetIdOf(scope)] } }
}

/** Given back where another budget had no room. */
function settled(state: State, { data: { sessionId, callId, scope } }: EventOf<'BudgetSettled'>): State {
  const open = state[sessionId]
  if (open?.callId !== callId) return state
  const budgets = open.budgets.filter((id) => id !== budgetIdOf(scope))
  if (budgets.length > 0) return { ...state, [sessionId]: { callId, budgets } }
  const { [sessionId]: _, ...others } = state
  return others
}

/** What the call has cost; `undefined` where the event is about something else. */
function costOf(event: Ending): Cost | undefined {
  switch (event.type) {
    case 'MessageRecorded':
      return event.data.role === 'agent' ? counted(event.data.usage) : undefined
    case 'ContextCompacted':
      // A server does not charge for what it refuses as too long.
      return event.data.how.kind === 'summarised' ? counted(event.data.usage) : 'nothing'
    case 'ModelCallDeferred':
    case 'ModelChanged':
      return event.data.reason === 'ANSWER_BROKEN' ? 'most' : 'nothing'
    case 'SessionClaimed':
    case 'AgentCompleted':
    case 'AgentFailed':
    case 'AgentKilled':
      return 'most'
  }
}

const counted = (usage: Usage | null): Cost =>
  usage
    ? {
        microUsd: usage.costUsd === null ? null : microUsdOf(usage.costUsd),
        tokens: usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens,
      }
    : 'most'
