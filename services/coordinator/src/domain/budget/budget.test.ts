import type { BudgetEvent, BudgetLimits, BudgetPolicy, BudgetRejection, Spending } from '@mosaic/contracts/budget'
import { specification } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { budget, type Budget, type BudgetCommand } from './budget.ts'
import { reservedIn, spentIn } from './reckoning.ts'

const scope = { kind: 'mission', id: '01890000-0000-7000-8000-000000000004' } as const
const sessionId = '01890000-0000-7000-8000-000000000001'
const callId = '01890000-0000-7000-8000-000000000011'
const otherCall = '01890000-0000-7000-8000-000000000012'
const start = new Date('2026-03-04T05:06:07.000Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)

const limits: BudgetLimits = { usd: 1, tokens: null, wallSeconds: null }
const cents = (amount: number): Spending => ({ microUsd: amount * 10_000, tokens: amount * 100 })
const set = (
  over: Partial<BudgetLimits> = {},
  { policy = 'ask', raisedFrom = null }: { policy?: BudgetPolicy; raisedFrom?: BudgetLimits | null } = {},
): BudgetEvent => ({
  type: 'BudgetSet',
  data: { scope, limits: { ...limits, ...over }, raisedFrom, policy, at: start.toISOString() },
})
const reserved = (most = cents(30), call = callId, by = sessionId): BudgetEvent => ({
  type: 'BudgetReserved',
  data: { scope, callId: call, sessionId: by, most },
})
const settled = (spent = cents(10), basis: 'counted' | 'most' | 'nothing' = 'counted', call = callId): BudgetEvent => ({
  type: 'BudgetSettled',
  data: { scope, callId: call, sessionId, spent, basis },
})
const warned: BudgetEvent = { type: 'BudgetWarned', data: { scope, measure: 'usd' } }
const exhausted: BudgetEvent = {
  type: 'BudgetExhausted',
  data: { scope, measure: 'usd', sessionId, at: start.toISOString() },
}
const removed: BudgetEvent = { type: 'BudgetRemoved', data: { scope } }

const commands = {
  SetBudget: { type: 'SetBudget', scope, limits, policy: 'ask', at: start },
  RaiseBudget: { type: 'RaiseBudget', by: { usd: 1, tokens: null, wallSeconds: null }, at: start },
  RemoveBudget: { type: 'RemoveBudget' },
  ReserveBudget: { type: 'ReserveBudget', callId, sessionId, most: cents(30), isSideBySide: false, at: start },
  SettleBudget: { type: 'SettleBudget', callId, spent: cents(10), at: start },
} as const satisfies { [Type in BudgetCommand['type']]: Extract<BudgetCommand, { type: Type }> }

const states = {
  none: [],
  open: [set()],
  'under way': [set(), reserved()],
  warned: [set(), reserved(cents(80)), settled(cents(80)), warned],
  exhausted: [set(), exhausted],
  removed: [set(), reserved(), removed],
} as const satisfies Record<string, readonly BudgetEvent[]>
type State = keyof typeof states
type Outcome = readonly BudgetEvent[] | BudgetRejection

const raised = set({ usd: 2 }, { raisedFrom: limits })
/** A missing state or command does not compile. */
const table: { readonly [S in State]: { readonly [C in BudgetCommand['type']]: Outcome } } = {
  none: {
    SetBudget: [set()],
    RaiseBudget: 'BUDGET_NOT_FOUND',
    RemoveBudget: 'BUDGET_NOT_FOUND',
    ReserveBudget: [],
    SettleBudget: [],
  },
  open: {
    SetBudget: [],
    RaiseBudget: [raised],
    RemoveBudget: [removed],
    ReserveBudget: [reserved()],
    SettleBudget: [],
  },
  'under way': {
    SetBudget: [],
    RaiseBudget: [raised],
    RemoveBudget: [removed],
    ReserveBudget: [],
    SettleBudget: [settled()],
  },
  warned: {
    SetBudget: [],
    RaiseBudget: [raised],
    RemoveBudget: [removed],
    ReserveBudget: [exhausted],
    SettleBudget: [],
  },
  exhausted: {
    SetBudget: [set()],
    RaiseBudget: [raised],
    RemoveBudget: [removed],
    ReserveBudget: 'BUDGET_REFUSED',
    SettleBudget: [],
  },
  removed: {
    SetBudget: [set()],
    RaiseBudget: 'BUDGET_NOT_FOUND',
    RemoveBudget: 'BUDGET_NOT_FOUND',
    ReserveBudget: [],
    SettleBudget: [],
  },
}

const { given } = specification(budget)
const cells = (Object.keys(states) as State[]).flatMap((state) =>
  (Object.keys(commands) as BudgetCommand['type'][]).map((command) => [state, command] as const),
)

test.each(cells)('%s, %s', (state, command) => {
  const outcome = table[state][command]
  const when = given(...states[state]).when(commands[command])
  if (typeof outcome === 'string') when.rejectedWith(outcome)
  else if (outcome.length === 0) when.nothing()
  else when.then(...outcome)
})

test('what calls under way may cost is kept from others, and given back when they cost less', () => {
  const many = [set(), ...[1, 2, 3].map((number) => reserved(cents(30), `${number}`, `session ${number}`))]
  given(...many)
    .when(commands.ReserveBudget)
    .rejectedWith('BUDGET_REFUSED')
  given(...many, settled(cents(1), 'counted', '1'))
    .when(commands.ReserveBudget)
    .then(reserved())
})

test('a session makes one call at a time: it is told to wait for what became of the one before', () => {
  given(set(), reserved(cents(1), otherCall))
    .when(commands.ReserveBudget)
    .rejectedWith('BUDGET_REFUSED')
})

test('people are warned once at four fifths, and again after a raise', () => {
  const before = [set(), reserved(cents(85))]
  const spent = cents(85)
  given(...before)
    .when({ ...commands.SettleBudget, spent })
    .then(settled(spent), warned)
  given(...before, settled(spent), warned, reserved(cents(1), otherCall))
    .when({ ...commands.SettleBudget, callId: otherCall, spent: cents(1) })
    .then(settled(cents(1), 'counted', otherCall))
  const more = set({ usd: 1.05 }, { raisedFrom: limits })
  given(...before, settled(spent), warned)
    .when({ ...commands.RaiseBudget, by: { usd: 0.05, tokens: null, wallSeconds: null } })
    .then(more, warned)
})

test('where money is limited a model without a price is not asked, and an answer without one has cost what was kept', () => {
  const unpriced = { microUsd: null, tokens: 50 }
  given(set())
    .when({ ...commands.ReserveBudget, most: unpriced })
    .rejectedWith('BUDGET_REFUSED')
  given(set(), reserved())
    .when({ ...commands.SettleBudget, spent: unpriced })
    .then(settled({ microUsd: 300_000, tokens: 50 }, 'most'))
  const tokensOnly = set({ usd: null, tokens: 1000 })
  given(tokensOnly)
    .when({ ...commands.ReserveBudget, most: unpriced })
    .then(reserved(unpriced))
  given(tokensOnly, reserved(unpriced))
    .when({ ...commands.SettleBudget, spent: unpriced })
    .then(settled(unpriced))
})

test('what nobody can know has cost what was kept for it; what was not answered, nothing', () => {
  given(set(), reserved())
    .when({ ...commands.SettleBudget, spent: 'most' })
    .then(settled(cents(30), 'most'))
  given(set(), reserved())
    .when({ ...commands.SettleBudget, spent: 'nothing' })
    .then(settled({ microUsd: 0, tokens: 0 }, 'nothing'))
})

test('its time stands still while it is used up, and runs on once it is raised', () => {
  const timed = set({ usd: null, wallSeconds: 60 })
  const over: BudgetEvent = {
    type: 'BudgetExhausted',
    data: { scope, measure: 'wall', sessionId, at: later(60).toISOString() },
  }
  given(timed)
    .when({ ...commands.ReserveBudget, at: later(60) })
    .then(over)
  const again: BudgetEvent = {
    type: 'BudgetSet',
    data: {
      scope,
      limits: { usd: null, tokens: null, wallSeconds: 70 },
      raisedFrom: null,
      policy: 'ask',
      at: later(9999).toISOString(),
    },
  }
  given(timed, over, again)
    .when({ ...commands.ReserveBudget, at: later(10_000) })
    .then(reserved(), { type: 'BudgetWarned', data: { scope, measure: 'wall' } })
})

test('a limit that is not there is not raised', () => {
  given(set())
    .when({ ...commands.RaiseBudget, by: { usd: null, tokens: 5, wallSeconds: null } })
    .rejectedWith('BUDGET_NOT_LIMITED')
})

test.each([
  ['usd', set({ usd: 999_999.5 }), { usd: 0.500001, tokens: null, wallSeconds: null }],
  ['tokens', set({ tokens: Number.MAX_SAFE_INTEGER - 1 }), { usd: null, tokens: 2, wallSeconds: null }],
] as const)('a budget of %s that was raised above what a limit may be was an internal error', (_, before, by) => {
  given(before)
    .when({ ...commands.RaiseBudget, by })
    .rejectedWith('BUDGET_TOO_HIGH')
})

test('calls that an agent makes side by side need not wait for what became of each other', () => {
  const besides = { ...commands.ReserveBudget, callId: otherCall }
  given(set(), reserved()).when(besides).rejectedWith('BUDGET_REFUSED')
  given(set(), reserved())
    .when({ ...besides, isSideBySide: true })
    .then(reserved(cents(30), otherCall))
})

/** The same numbers each time (mulberry32). */
function numbers(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most
  }
}

test('whatever agents ask for, in whatever order, what is spent and what is kept are never more than the limits', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const next = numbers(seed)
    const top = { usd: (next(500) + 1) / 100, tokens: next(50_000) + 1, wallSeconds: null }
    let state: Budget = budget.evolve(budget.initialState, set(top))
    const open = new Map<string, Spending>()
    for (let step = 0; step < 120; step++) {
      const command = nextCommand(next, open, step)
      const decided = budget.decide(command, state)
      if (decided.ok) state = decided.value.reduce(budget.evolve, state)
      if (command.type === 'ReserveBudget' && state.status === 'open' && command.callId in state.reserved) {
        open.set(command.callId, command.most)
      }
      if (state.status !== 'open') throw new Error('it was never removed')
      const [spent, held] = [spentIn(state, start), reservedIn(state)]
      expect(spent.usd + held.usd).toBeLessThanOrEqual(Math.round(top.usd * 1_000_000))
      expect(spent.tokens + held.tokens).toBeLessThanOrEqual(top.tokens)
    }
  }
})

function nextCommand(next: (most: number) => number, open: Map<string, Spending>, step: number): BudgetCommand {
  const [call] = [...open.keys()].slice(next(Math.max(1, open.size)))
  const most = call === undefined ? undefined : open.get(call)
  if (call === undefined || !most || next(2) === 0) {
    const asked = { microUsd: next(400_000), tokens: next(4000) }
    const [callId, sessionId] = [`call ${step}`, `session ${step}`]
    return { type: 'ReserveBudget', callId, sessionId, most: asked, isSideBySide: false, at: start }
  }
  open.delete(call)
  const spent = { microUsd: next((most.microUsd ?? 0) + 1), tokens: next(most.tokens + 1) }
  const cost = [spent, 'most', 'nothing'] as const
  return { type: 'SettleBudget', callId: call, spent: cost[next(3)]!, at: start }
}
