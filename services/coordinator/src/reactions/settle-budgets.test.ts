import { internalCapabilities, type WaitReason } from '@mosaic/contracts/agent-session'
import type { NewEvent } from '@mosaic/event-store'
import { asked, facts, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { settleBudgets } from './settle-budgets.ts'

const sessionId = '01890000-0000-7000-8000-000000000001'
const spawned = facts.spawned(sessionId)
const [callId, otherCall] = ['01890000-0000-7000-8000-000000000011', '01890000-0000-7000-8000-000000000012']
const mission = { kind: 'mission', id: '01890000-0000-7000-8000-000000000004' } as const
const workspace = { kind: 'workspace', id: 'default' } as const
const at = '2026-01-02T03:04:05.000Z'

const reserved = (scope: typeof mission | typeof workspace = mission, call = callId): NewEvent => ({
  type: 'BudgetReserved',
  data: { scope, callId: call, sessionId, most: { microUsd: 900_000, tokens: 9000 } },
})
const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 1, costUsd: 0.25 }
const said = (over: object = {}): NewEvent => ({
  type: 'MessageRecorded',
  data: {
    sessionId,
    messageId: callId,
    turn: 1,
    role: 'agent',
    content: [],
    usage,
    stopReason: 'end_turn',
    model: 'm',
    ...over,
  },
})
const deferred = (reason: WaitReason): NewEvent => ({
  type: 'ModelCallDeferred',
  data: { sessionId, turn: 1, reason, message: 'm', attempts: 1, since: at, nextTryAt: at },
})
const compacted = (summary: string | null): NewEvent => ({
  type: 'ContextCompacted',
  data: {
    sessionId,
    throughTurn: 1,
    how: summary === null ? { kind: 'results-elided' } : { kind: 'summarised', summary },
    charactersBefore: 2,
    charactersAfter: 1,
    tokensBefore: null,
    tokensAfter: null,
    usage: summary === null ? null : usage,
  },
})
const claimed: NewEvent = { type: 'SessionClaimed', data: { sessionId, ownerId: otherCall, epoch: 2 } }
const killed: NewEvent = { type: 'AgentKilled', data: { sessionId, latencyMs: 1, proof: 'kernel' } }

const counted = { microUsd: 250_000, tokens: 116 }
const outcomes: [string, NewEvent, object | string][] = [
  ['the answer, with what it cost', said(), counted],
  ['an answer without a price', said({ usage: { ...usage, costUsd: null } }), { microUsd: null, tokens: 116 }],
  ['an answer that nobody has counted', said({ usage: null }), 'most'],
  ['a summary', compacted('s'), counted],
  ['a refusal of what is too long', compacted(null), 'nothing'],
  ['a refusal', deferred('RATE_LIMITED'), 'nothing'],
  ['half an answer', deferred('ANSWER_BROKEN'), 'most'],
  ['an answer that was cut off when the time was up', deferred('BUDGET_CUT'), 'most'],
  ['that somebody else runs the session', claimed, 'most'],
  ['that it was killed', killed, 'most'],
]

test.each(outcomes)('%s settles what was kept', (_, event, spent) => {
  const commands = asked(settleBudgets, spawned, reserved(), event)
  expect(commands).toMatchObject([
    { to: 'budget', id: `mission-${mission.id}`, command: { type: 'SettleBudget', callId, spent } },
  ])
})

test('in every budget that it was kept in, and once', () => {
  const before = [reserved(), reserved(workspace)]
  expect(asked(settleBudgets, spawned, ...before, said()).map(({ id }) => id)).toEqual([
    `mission-${mission.id}`,
    'workspace-default',
  ])
  expect(asked(settleBudgets, spawned, ...before, said(), killed)).toEqual([])
})

test('what was given back because another budget had no room is settled already', () => {
  const back: NewEvent = {
    type: 'BudgetSettled',
    data: { scope: mission, callId, sessionId, spent: { microUsd: 0, tokens: 0 }, basis: 'nothing' },
  }
  expect(asked(settleBudgets, spawned, reserved(), back, said())).toEqual([])
})

test('what operators and the system say, and sessions without a budget, settle nothing', () => {
  expect(asked(settleBudgets, spawned, reserved(), said({ role: 'user', usage: null }))).toEqual([])
  expect(asked(settleBudgets, spawned, said())).toEqual([])
})

const ends: [string, NewEvent][] = [
  ['killed', killed],
  ['failed', facts.failed(sessionId)],
  ['ended', facts.completed(sessionId)],
]

test.each(ends)(
  'what was kept for a session just when it was %s was kept for ever, and all others waited',
  (_, end) => {
    const late = asked(settleBudgets, spawned, end, reserved())
    expect(late).toMatchObject([
      { id: `mission-${mission.id}`, command: { type: 'SettleBudget', callId, spent: 'most' } },
    ])
    expect(asked(settleBudgets, spawned, reserved(workspace), end, reserved()).map(({ id }) => id)).toEqual([
      `mission-${mission.id}`,
    ])
    expect(kept(settleBudgets, spawned, end, reserved())).toEqual({ open: {}, live: {} })
  },
)

const waits = ['BUDGET_UNDECIDED', 'BUDGET_EXHAUSTED', 'PRICE_UNKNOWN'] as const

test.each(waits)('a call that a drain had cut off had cost nothing once the same worker asked again: %s', (reason) => {
  expect(asked(settleBudgets, spawned, reserved(), deferred(reason))).toMatchObject([
    { command: { type: 'SettleBudget', callId, spent: 'most' } },
  ])
})

const anAgents = facts.spawned(sessionId, {
  runtime: { kind: 'acp', agent: 'player', modelProvider: 'scripted', model: 'm', capabilities: internalCapabilities },
})
const relayed = (call: string, over: object = {}): NewEvent => ({
  type: 'ModelCallRelayed',
  data: {
    sessionId,
    callId: call,
    turn: 1,
    modelProvider: 'scripted',
    model: 'm',
    head: [],
    extends: null,
    added: [],
    answer: null,
    stopReason: 'end_turn',
    outcome: 'answered',
    status: 200,
    message: null,
    usage,
    startedAt: at,
    durationMs: 1,
    ...over,
  },
})

test('calls that an agent of another maker makes side by side are settled each by its own end', () => {
  const before = [anAgents, reserved(), reserved(mission, otherCall), said({ usage: null }), deferred('BUDGET_IN_USE')]
  const settledBy = (event: NewEvent) =>
    asked(settleBudgets, ...before, event).map(({ command }) =>
      'spent' in command ? [command.callId, command.spent] : [],
    )
  expect(settledBy(relayed(otherCall))).toEqual([[otherCall, counted]])
  expect(settledBy(relayed(callId, { outcome: 'cut', usage: null }))).toEqual([[callId, 'most']])
  expect(settledBy(relayed(callId, { outcome: 'refused', usage: null }))).toEqual([[callId, 'nothing']])
  expect(settledBy(said())).toEqual([])
  for (const end of [killed, claimed]) {
    expect(settledBy(end)).toEqual([
      [callId, 'most'],
      [otherCall, 'most'],
    ])
  }
  expect(kept(settleBudgets, ...before, relayed(otherCall), relayed(callId)).open).toEqual({})
})
