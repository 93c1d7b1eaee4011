import type { LandingObstacle, LandingStack, MergeQueueEvent, MergeQueueRejection } from '@mosaic/contracts/merge-queue'
import type { GateResult } from '@mosaic/contracts/quality'
import { specification } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { mergeQueue, type MergeQueueCommand } from './merge-queue.ts'

const id = (number: number) => `01890000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`
const queueId = id(99)
const batchId = id(90)
const at = '2026-03-04T05:06:07.000Z'
const [a, b, c] = [id(1), id(2), id(3)]
const sessionOf = (landingId: string) => landingId.replace('7000', '7111')
const branchOf = (landingId: string) => `mosaic/${landingId.slice(-2)}`

const asked = (landingId: string, returnTo: 'agent' | 'person' = 'agent') => ({
  queueId,
  landingId,
  repository: '/code',
  into: 'main',
  sessionId: sessionOf(landingId),
  branch: branchOf(landingId),
  title: 'do it',
  how: 'merge' as const,
  returnTo,
  operator: 'ada',
})
const landedBranch = (landingId: string) => ({
  landingId,
  sessionId: sessionOf(landingId),
  branch: branchOf(landingId),
  commit: `with ${landingId.slice(-2)}`,
})
const stackOf = (...ids: string[]): LandingStack => ({
  baseCommit: 'base',
  commit: 'tip',
  tree: 'tree',
  profile: 'standard',
  branches: ids.map(landedBranch),
})
const failing: GateResult = {
  name: 'tests',
  kind: 'mechanical',
  passed: false,
  ran: true,
  details: [{ file: 'a.test.js', line: 3, output: 'expected 4' }],
  durationMs: 1,
}
const conflict: LandingObstacle = { code: 'MERGE_CONFLICT', message: 'it conflicts', files: ['a.js'] }
const rejected: LandingObstacle = {
  code: 'GATES_REJECTED',
  message: 'tests failed:\na.test.js:3: expected 4',
  files: ['a.test.js'],
}

const requested = (landingId: string, returnTo?: 'person'): MergeQueueEvent => ({
  type: 'LandingRequested',
  data: asked(landingId, returnTo),
})
const started = (...landingIds: string[]): MergeQueueEvent => ({
  type: 'LandingBatchStarted',
  data: { queueId, batchId, landingIds, at },
})
const isStacked = (...ids: string[]): MergeQueueEvent => ({
  type: 'LandingBatchStacked',
  data: { queueId, batchId, stack: stackOf(...ids) },
})
const isChecked = (approved: boolean): MergeQueueEvent => ({
  type: 'LandingBatchChecked',
  data: { queueId, batchId, approved, gates: approved ? [] : [failing] },
})
const continued: MergeQueueEvent = { type: 'LandingContinued', data: { queueId, landingId: a, sessionId: id(50) } }
const isHeld: MergeQueueEvent = {
  type: 'LandingBatchHeld',
  data: { queueId, batchId, ref: 'refs/mosaic/landings/q', commit: 'tip' },
}
const isLanded = (...ids: string[]): MergeQueueEvent => ({
  type: 'LandingBatchLanded',
  data: { queueId, batchId, into: 'main', commit: 'tip', branches: ids.map(landedBranch) },
})
const returned = (
  landingId: string,
  obstacle: LandingObstacle,
  to: 'agent' | 'person' = 'agent',
  times = 1,
): MergeQueueEvent => ({
  type: 'LandingReturned',
  data: {
    queueId,
    landingId,
    sessionId: sessionOf(landingId),
    branch: branchOf(landingId),
    into: 'main',
    obstacle,
    to,
    times,
  },
})

const start: MergeQueueCommand = { type: 'StartBatch', batchId, most: 8, except: [], at }
const record = (over: Partial<Extract<MergeQueueCommand, { type: 'RecordStack' }>>): MergeQueueCommand => ({
  type: 'RecordStack',
  batchId,
  stack: null,
  left: [],
  isYolo: false,
  mostTimes: 3,
  ...over,
})
const check = (approved: boolean, mostTimes = 3): MergeQueueCommand => ({
  type: 'RecordCheck',
  batchId,
  approved,
  gates: approved ? [] : [failing],
  mostTimes,
})

const { given } = specification(mergeQueue)

const states = {
  none: [],
  idle: [requested(a), returned(a, conflict, 'person', 0)],
  'in line': [requested(a)],
  stacking: [requested(a), started(a)],
  checking: [requested(a), started(a), isStacked(a)],
  pushing: [requested(a), started(a), isStacked(a), isChecked(true)],
  held: [requested(a), started(a), isStacked(a), isChecked(true), isHeld],
  'to be asked again': [requested(a), started(a), returned(a, conflict)],
  'with its agent': [requested(a), started(a), returned(a, conflict), continued],
  landed: [requested(a), started(a), isStacked(a), isChecked(true), isLanded(a)],
  halted: [requested(a), { type: 'LandingQueueHalted', data: { queueId, message: 'frozen' } }],
} as const satisfies Record<string, readonly MergeQueueEvent[]>

const commands = {
  RequestLanding: { type: 'RequestLanding', ...asked(b) },
  StartBatch: start,
  RecordStack: record({ stack: stackOf(a) }),
  RecordCheck: check(true),
  RecordLanded: { type: 'RecordLanded', batchId },
  HoldBatch: { type: 'HoldBatch', batchId, ref: 'refs/mosaic/landings/q' },
  HaltQueue: { type: 'HaltQueue', message: 'frozen' },
  ResumeQueue: { type: 'ResumeQueue' },
  AbandonBatch: { type: 'AbandonBatch', batchId, reason: 'main has moved' },
  RefuseBatch: { type: 'RefuseBatch', batchId, obstacle: { code: 'PUSH_REJECTED', message: 'no', files: [] } },
  ContinueLanding: { type: 'ContinueLanding', landingId: a, sessionId: id(50) },
  RequeueLanding: { type: 'RequeueLanding', landingId: a, sessionId: id(50), branch: branchOf(a) },
  GiveUpLanding: { type: 'GiveUpLanding', landingId: a, obstacle: conflict },
  RemoveLanding: { type: 'RemoveLanding', landingId: a, reason: null },
} as const satisfies { [Type in MergeQueueCommand['type']]: MergeQueueCommand }

type Cell = readonly MergeQueueEvent['type'][] | MergeQueueRejection
const missing = 'LANDING_NOT_FOUND'
const usual = {
  RequestLanding: ['LandingRequested'],
  StartBatch: [],
  RecordStack: [],
  RecordCheck: [],
  RecordLanded: [],
  HoldBatch: [],
  HaltQueue: ['LandingQueueHalted'],
  ResumeQueue: [],
  AbandonBatch: [],
  RefuseBatch: [],
  ContinueLanding: [],
  RequeueLanding: [],
  GiveUpLanding: [],
  RemoveLanding: ['LandingRemoved'],
} as const
const empty = {
  ...usual,
  ContinueLanding: missing,
  RequeueLanding: missing,
  GiveUpLanding: missing,
  RemoveLanding: missing,
} as const
const busy = { ...usual, AbandonBatch: ['LandingBatchAbandoned'], RefuseBatch: ['LandingReturned'] } as const

const table: Record<keyof typeof states, Record<MergeQueueCommand['type'], Cell>> = {
  none: {
    RequestLanding: ['LandingRequested'],
    StartBatch: missing,
    RecordStack: missing,
    RecordCheck: missing,
    RecordLanded: missing,
    HoldBatch: missing,
    HaltQueue: missing,
    ResumeQueue: missing,
    AbandonBatch: missing,
    RefuseBatch: missing,
    ContinueLanding: missing,
    RequeueLanding: missing,
    GiveUpLanding: missing,
    RemoveLanding: missing,
  },
  idle: empty,
  'in line': { ...usual, StartBatch: ['LandingBatchStarted'] },
  stacking: { ...busy, RecordStack: ['LandingBatchStacked'] },
  checking: { ...busy, RecordCheck: ['LandingBatchChecked'] },
  pushing: {
    ...busy,
    RecordLanded: ['LandingBatchLanded'],
    HoldBatch: ['LandingBatchHeld'],
    RemoveLanding: 'LANDING_UNDER_WAY',
  },
  held: { ...busy, RecordLanded: ['LandingBatchLanded'] },
  'to be asked again': { ...usual, ContinueLanding: ['LandingContinued'], GiveUpLanding: ['LandingReturned'] },
  'with its agent': { ...usual, RequeueLanding: ['LandingRequeued'], GiveUpLanding: ['LandingReturned'] },
  landed: empty,
  halted: { ...usual, StartBatch: ['LandingBatchStarted'], HaltQueue: [], ResumeQueue: ['LandingQueueResumed'] },
}

const cells = Object.entries(states).flatMap(([state, events]) =>
  Object.entries(commands).map(([type, command]) => ({ state, type, events, command })),
)
test.each(cells)('$state: $type', ({ state, type, events, command }) => {
  const expected = table[state as keyof typeof states][type as MergeQueueCommand['type']]
  const decided = mergeQueue.decide(command, events.reduce(mergeQueue.evolve, mergeQueue.initialState))
  expect(decided.ok ? decided.value.map((event) => event.type) : decided.error.code).toEqual(expected)
})

test('as many as may be tried together are, in their order', () => {
  given(requested(a), requested(b), requested(c))
    .when({ ...start, most: 2 })
    .then(started(a, b))
})

test('what may not land now stays where it is, and others go first', () => {
  given(requested(a), requested(b))
    .when({ ...start, except: [a] })
    .then(started(b))
  const half = [requested(a), requested(b), started(a, b), isStacked(a, b), isChecked(false)]
  given(...half)
    .when({ ...start, except: [a] })
    .then(started(b))
  given(...half)
    .when({ ...start, except: [a, b] })
    .nothing()
})

test('a branch is in a queue once', () => {
  given(requested(a))
    .when({ type: 'RequestLanding', ...asked(b), branch: branchOf(a) })
    .rejectedWith('ALREADY_QUEUED')
})

test('who conflicts with the base goes back to its agent, who conflicts with another of its batch is tried again', () => {
  const left = [
    { landingId: a, obstacle: conflict, behind: [] },
    { landingId: c, obstacle: conflict, behind: [branchOf(b)] },
  ]
  const putBack: MergeQueueEvent = { type: 'LandingPutBack', data: { queueId, landingId: c, behind: [branchOf(b)] } }
  const come = [returned(a, conflict), putBack, isStacked(b)]
  given(requested(a), requested(b), requested(c), started(a, b, c))
    .when(record({ stack: stackOf(b), left }))
    .then(...come)
  given(requested(a), requested(b), requested(c), started(a, b, c), ...come)
    .when(check(false))
    .then(isChecked(false), returned(b, rejected))
})

test('of a batch that fails, halves are tried, until the one that fails is alone and goes back to its agent', () => {
  const history = [requested(a), requested(b), requested(c), started(a, b, c), isStacked(a, b, c), isChecked(false)]
  given(...history)
    .when(start)
    .then(started(a, b))
  const half = [...history, started(a, b), isStacked(a, b), isChecked(false)]
  given(...half)
    .when(start)
    .then(started(a))
  given(...half, started(a), isStacked(a), isChecked(true), isLanded(a))
    .when(start)
    .then(started(b))
  given(...half, started(a), isStacked(a), isChecked(true), isLanded(a), started(b), isStacked(b))
    .when(check(false))
    .then(isChecked(false), returned(b, rejected))
})

test('an agent is asked again as often as it may be; then a person is', () => {
  const back: MergeQueueEvent = {
    type: 'LandingRequeued',
    data: { queueId, landingId: a, sessionId: sessionOf(a), branch: branchOf(a) },
  }
  const once = [requested(a), started(a), isStacked(a), isChecked(false), returned(a, rejected), back]
  given(...once, started(a), isStacked(a))
    .when(check(false, 1))
    .then(isChecked(false), returned(a, rejected, 'person'))
  given(requested(a, 'person'), started(a), isStacked(a))
    .when(check(false))
    .then(isChecked(false), returned(a, rejected, 'person', 0))
})

test('where the base has moved, the same are tried again, before all others', () => {
  const abandoned: MergeQueueEvent = { type: 'LandingBatchAbandoned', data: { queueId, batchId, reason: 'moved' } }
  given(requested(a), started(a), isStacked(a), isChecked(true), requested(b), abandoned).when(start).then(started(a))
})

test('who is taken out of a batch leaves the others to be tried anew', () => {
  const removed: MergeQueueEvent = {
    type: 'LandingRemoved',
    data: { queueId, landingId: a, sessionId: sessionOf(a), reason: null },
  }
  const anew: MergeQueueEvent = {
    type: 'LandingBatchAbandoned',
    data: { queueId, batchId, reason: `${branchOf(a)} was taken out` },
  }
  const history = [requested(a), requested(b), started(a, b), isStacked(a, b)]
  given(...history)
    .when(commands.RemoveLanding)
    .then(removed, anew)
  given(...history, removed, anew)
    .when(start)
    .then(started(b))
})

test('what need not pass any gates is not checked, and what is there already has landed', () => {
  const stack = { ...stackOf(a), profile: null }
  const onIt: MergeQueueEvent = { type: 'LandingBatchStacked', data: { queueId, batchId, stack } }
  const skipped = (by: 'sessions' | 'instance'): MergeQueueEvent => ({
    type: 'LandingGatesSkipped',
    data: { queueId, batchId, into: 'main', commit: 'tip', tree: 'tree', by, sessionIds: [sessionOf(a)] },
  })
  given(requested(a), started(a)).when(record({ stack })).then(onIt, skipped('sessions'))
  given(requested(a), started(a))
    .when(record({ stack, isYolo: true }))
    .then(onIt, skipped('instance'))
  given(requested(a), started(a), onIt, skipped('sessions')).when(commands.RecordLanded).then(isLanded(a))
  const there = { ...stackOf(a), commit: 'base' }
  given(requested(a), started(a))
    .when(record({ stack: there }))
    .then(
      { type: 'LandingBatchStacked', data: { queueId, batchId, stack: there } },
      {
        type: 'LandingBatchLanded',
        data: { queueId, batchId, into: 'main', commit: 'base', branches: there.branches },
      },
    )
})

test('who reports about another batch comes too late', () => {
  given(requested(a), started(a))
    .when({ ...record({ stack: stackOf(a) }), batchId: id(91) } as MergeQueueCommand)
    .nothing()
})
