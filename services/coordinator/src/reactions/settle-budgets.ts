import { isBudgetWait, mayHaveCost, type Usage } from '@mosaic/contracts/agent-session'
import { budgetIdOf, microUsdOf, type Spending } from '@mosaic/contracts/budget'
import { type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import { defineReaction } from './reaction.ts'

/** A call of a session that is under way, and in which budgets something is kept for it. */
type Open = { readonly callId: string; readonly budgets: readonly string[] }
/** Whether we make a session's calls, one at a time, or its agent does, and we pass them on. */
type How = 'asks' | 'relays'
type State = {
  /** By session. */
  readonly open: Keyed<readonly Open[]>
  /** Sessions that have not ended. */
  readonly live: Keyed<How>
}
type Cost = Spending | 'most' | 'nothing'

/** What tells of a session that its call has come to an end. */
type Ending = EventOf<
  | 'MessageRecorded'
  | 'ModelCallRelayed'
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
 * there was none, or that somebody else runs the session now. A session of ours makes one call at a time; those of agents
 * that make several are told apart by their ids. Nothing else settles, so that a crash at any moment loses no reservation and keeps none for ever.
 */
export const settleBudgets = defineReaction({
  name: 'settle-budgets',
  version: 4,
  handles: [
    'AgentSpawnRequested',
    'BudgetReserved',
    'BudgetSettled',
    'MessageRecorded',
    'ModelCallRelayed',
    'ContextCompacted',
    'ModelCallDeferred',
    'ModelChanged',
    'SessionClaimed',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
  ],
  initial: { open: {}, live: {} } as State,
  evolve({ open, live }, event): State {
    const { sessionId } = event.data
    switch (event.type) {
      case 'AgentSpawnRequested':
        return { open, live: withValue(live, sessionId, 'agent' in event.data.runtime ? 'relays' : 'asks') }
      case 'BudgetReserved':
        return { open: valueAt(live, sessionId) ? kept(open, event) : open, live }
      case 'BudgetSettled':
        return { open: settled(open, event), live }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return { open: withoutKey(open, sessionId), live: withoutKey(live, sessionId) }
      default: {
        const over = endedBy(event, valueAt(open, sessionId), valueAt(live, sessionId))
        return { open: over.reduce((rest, { callId }) => without(rest, sessionId, callId), open), live }
      }
    }
  },
  react({ open: all, live }, event) {
    if (event.type === 'AgentSpawnRequested' || event.type === 'BudgetSettled') return []
    const { sessionId } = event.data
    const settle = ({ callId, budgets }: Open, spent: Cost) => {
      const at = new Date(event.metadata.occurredAt)
      const command = { type: 'SettleBudget', callId, spent, at } as const
      return budgets.map((id) => ({ to: 'budget' as const, id, command, key: id }))
    }
    if (event.type === 'BudgetReserved') {
      // Kept too late: its session has said its last, and whether its process heard of that before it called is not known.
      const { callId, scope } = event.data
      return valueAt(live, sessionId) ? [] : settle({ callId, budgets: [budgetIdOf(scope)] }, 'most')
    }
    const spent = costOf(event)
    if (spent === undefined) return []
    return endedBy(event, valueAt(all, sessionId), valueAt(live, sessionId)).flatMap((open) => settle(open, spent))
  },
})

type OpenCalls = State['open']

function kept(all: OpenCalls, { data: { sessionId, callId, scope } }: EventOf<'BudgetReserved'>): OpenCalls {
  const budgets = (valueAt(all, sessionId) ?? []).find((call) => call.callId === callId)?.budgets ?? []
  return withCall(all, sessionId, { callId, budgets: [...budgets, budgetIdOf(scope)] })
}

/** Given back where another budget had no room. */
function settled(all: OpenCalls, { data: { sessionId, callId, scope } }: EventOf<'BudgetSettled'>): OpenCalls {
  const open = valueAt(all, sessionId)?.find((call) => call.callId === callId)
  if (!open) return all
  const budgets = open.budgets.filter((id) => id !== budgetIdOf(scope))
  return budgets.length > 0 ? withCall(all, sessionId, { callId, budgets }) : without(all, sessionId, callId)
}

const withCall = (all: OpenCalls, sessionId: string, call: Open): OpenCalls =>
  withValue(all, sessionId, [...others(all, sessionId, call.callId), call])

function without(all: OpenCalls, sessionId: string, callId: string): OpenCalls {
  const rest = others(all, sessionId, callId)
  return rest.length > 0 ? withValue(all, sessionId, rest) : withoutKey(all, sessionId)
}

const others = (all: OpenCalls, sessionId: string, callId: string): Open[] =>
  (valueAt(all, sessionId) ?? []).filter((call) => call.callId !== callId)

/** Which of the calls under way have come to their end. */
function endedBy(event: Ending, open: readonly Open[] = [], how: How = 'asks'): readonly Open[] {
  switch (event.type) {
    case 'ModelCallRelayed':
      return open.filter(({ callId }) => callId === event.data.callId)
    case 'SessionClaimed':
    case 'AgentCompleted':
    case 'AgentFailed':
    case 'AgentKilled':
      return open
    default:
      // What is told of an agent that asks by itself says nothing of its calls.
      return how === 'asks' && costOf(event) !== undefined ? open : []
  }
}

/** What the call has cost; `undefined` where the event is about something else. */
function costOf(event: Ending): Cost | undefined {
  switch (event.type) {
    case 'MessageRecorded':
      return event.data.role === 'agent' ? counted(event.data.usage) : undefined
    case 'ModelCallRelayed':
      return mayHaveCost(event.data.outcome) ? counted(event.data.usage) : 'nothing'
    case 'ContextCompacted':
      // A server does not charge for what it refuses as too long.
      return event.data.how.kind === 'summarised' ? counted(event.data.usage) : 'nothing'
    case 'ModelCallDeferred':
      // Who asks for room while a call is open was cut off in it, by a stop after which the same owner goes on.
      return event.data.reason === 'ANSWER_BROKEN' || isBudgetWait(event.data.reason) ? 'most' : 'nothing'
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
