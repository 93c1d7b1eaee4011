import { type AgentProviderEvent, agentProvidersStream, contactFault } from '@mosaic/contracts/agent-provider'
import type { ApprovalPolicy } from '@mosaic/contracts/approval'
import { budgetIdOf, type BudgetEvent, budgetStream } from '@mosaic/contracts/budget'
import { type FleetEvent, fleetStream } from '@mosaic/contracts/fleet'
import { type MergeQueueEvent, mergeQueueStream } from '@mosaic/contracts/merge-queue'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { type MissionEvent, missionStream } from '@mosaic/contracts/mission'
import { type QueueEvent, queueStream } from '@mosaic/contracts/queue'
import { type TaskEvent, taskStream } from '@mosaic/contracts/task'
import * as fc from 'fast-check'
import { gate, idOf, line, moment, none, text } from './drawn.ts'

/** By type what a fact says but `Named`, which follows from whom it is about: a fact that is missing does not compile. */
type Facts<Event extends MosaicEvent, Named extends string> = {
  readonly [Type in Event['type']]: fc.Arbitrary<Omit<Extract<Event, { type: Type }>['data'], Named>>
}
/** What facts are about besides sessions: there are some of each kind in every workspace. */
type Subject = {
  readonly stream: (number: number, workspaceId: string) => string
  /** The fields by which its facts name it. */
  readonly named: (number: number) => Record<string, unknown>
  /** The fact without which it is not there; `null` where any will do. */
  readonly begins: string | null
  readonly facts: Readonly<Record<string, fc.Arbitrary<unknown>>>
}

const some = fc.nat(2)
const sessionId = some.map((number) => idOf('a', number))
const landingId = some.map((number) => idOf('f', number))
const callId = some.map((number) => idOf('9', number))
const reason = fc.option(text)
const tokens = fc.nat(5000)

const policy = fc.constantFrom<(ApprovalPolicy | null)[]>(null, {
  rules: [{ effect: 'ask', command: 'git push*' }],
  otherwise: 'allow',
  waitSeconds: 60,
  atTimeout: 'deny',
})
const plan = fc.record({
  spawn: fc.record({
    runtime: fc.constant('internal'),
    repository: fc.option(line),
    branch: fc.option(line),
    agentType: fc.constantFrom('worker' as const, 'tester' as const),
    sandbox: fc.constant(null),
    maxTurns: fc.option(fc.integer({ min: 1, max: 99 })),
    gates: fc.constant(null),
    yolo: fc.boolean(),
    budget: fc.constantFrom(null, { usd: 1.5 }),
    approvals: policy,
    network: fc.constant(null),
    skills: fc.constant(null),
    labels: fc.array(fc.constant('gpu'), { maxLength: 1 }),
    timeoutSeconds: fc.constant(null),
  }),
  models: fc.array(fc.option(line), { minLength: 1, maxLength: 3 }),
  priority: fc.integer({ min: 1, max: 10 }),
  dependsOn: fc.array(
    some.map((number) => idOf('c', number)),
    { maxLength: 2 },
  ),
  notBefore: fc.option(moment),
  maxRetries: fc.nat(3),
})
const round = fc.integer({ min: 1, max: 3 })
const missionId = some.map((number) => idOf('d', number))

const tasks: Facts<TaskEvent, 'taskId'> = {
  TaskCreated: fc.record({
    missionId,
    source: fc.constantFrom('internal' as const, 'mosaic-queue' as const),
    title: text,
    instructions: text,
    externalKey: fc.option(line),
    plan: fc.option(plan, { freq: 4 }),
  }),
  TaskReprioritised: fc.record({ priority: fc.integer({ min: 1, max: 10 }) }),
  TaskDispatched: fc.record({ round, attempts: fc.integer({ min: 1, max: 3 }) }),
  TaskHeld: fc.record({ code: fc.constant('NO_WORKER_WITH_LABELS' as const), message: text }),
  TaskDispatchFailed: fc.record({ round, code: line, message: text, nextTryAt: fc.option(moment) }),
  TaskAssigned: fc.record({ sessionId }),
  TaskStarted: fc.record({ sessionId }),
  TaskAttemptEnded: fc.record({
    sessionId,
    outcome: fc.constantFrom('completed' as const, 'failed' as const),
    summary: text,
  }),
  TaskRetryScheduled: fc.record({ notBefore: moment, reason: text }),
  TaskAttemptChosen: fc.record({ sessionId }),
  TaskCompleted: fc.record({ sessionId, summary: text }),
  TaskFailed: fc.record({ sessionId: fc.option(sessionId), reason: text }),
  TaskCancelled: fc.record({ reason }),
  TaskReopened: fc.record({ missionId, plan }),
}

const missions: Facts<MissionEvent, 'missionId'> = {
  MissionCreated: fc.record({
    title: text,
    objective: text,
    acceptance: fc.array(text, { maxLength: 2 }),
    tasks: fc.array(
      fc.record({ taskId: some.map((number) => idOf('c', number)), key: line, title: text, instructions: text, plan }),
      { maxLength: 2 },
    ),
    budget: fc.constantFrom(null, { tokens: 1000 }),
    approvals: policy,
  }),
  MissionPaused: fc.record({ reason }),
  MissionResumed: none,
  MissionCancelled: fc.record({ reason }),
  MissionEnded: fc.record({ outcome: fc.constantFrom('completed' as const, 'failed' as const) }),
}

const queues: Facts<QueueEvent, never> = { QueuePaused: fc.record({ reason }), QueueResumed: none }

const scope = fc.constantFrom(
  { kind: 'all' as const },
  { kind: 'runtime' as const, runtime: 'internal' },
  { kind: 'modelProvider' as const, modelProvider: 'anthropic' },
)
const killAllId = some.map((number) => idOf('8', number))
const fleets: Facts<FleetEvent, never> = {
  FleetFrozen: fc.record({ scope, reason, killAllId: fc.option(killAllId) }),
  FleetUnfrozen: fc.record({ reason }),
  KillAllRequested: fc.record({ killAllId, scope, reason, sessionIds: fc.array(sessionId, { maxLength: 2 }) }),
  KillAllCompleted: fc.record({ killAllId, killed: fc.array(sessionId, { maxLength: 2 }), durationMs: fc.nat(999) }),
}

const measure = fc.constantFrom('usd' as const, 'tokens' as const, 'wall' as const)
const spent = fc.record({ microUsd: fc.option(tokens), tokens })
const limits = fc.record({
  usd: fc.constantFrom(null, 1.5),
  tokens: fc.constantFrom(null, 1000),
  wallSeconds: fc.constantFrom(null, 60),
})
const budgets: Facts<BudgetEvent, 'scope'> = {
  BudgetSet: fc.record({
    limits,
    raisedFrom: fc.option(limits),
    policy: fc.constantFrom('ask' as const, 'stop' as const),
    at: moment,
  }),
  BudgetReserved: fc.record({ callId, sessionId, most: spent }),
  BudgetSettled: fc.record({
    callId,
    sessionId,
    spent,
    basis: fc.constantFrom('counted' as const, 'most' as const, 'nothing' as const),
  }),
  BudgetWarned: fc.record({ measure }),
  BudgetExhausted: fc.record({ measure, sessionId, at: moment }),
  BudgetRemoved: none,
}

const batchId = some.map((number) => idOf('7', number))
const branches = fc.array(fc.record({ landingId, sessionId, branch: line, commit: line }), { maxLength: 2 })
const mergeQueues: Facts<MergeQueueEvent, 'queueId'> = {
  LandingRequested: fc.record({
    landingId,
    repository: line,
    into: line,
    sessionId,
    branch: line,
    title: text,
    how: fc.constantFrom('merge' as const, 'rebase' as const),
    returnTo: fc.constantFrom('agent' as const, 'person' as const),
    operator: fc.option(line),
  }),
  LandingBatchStarted: fc.record({
    batchId,
    landingIds: fc.array(landingId, { minLength: 1, maxLength: 2 }),
    at: moment,
  }),
  LandingBatchStacked: fc.record({
    batchId,
    stack: fc.record({
      baseCommit: line,
      commit: line,
      tree: line,
      profile: fc.constantFrom(null, 'standard' as const),
      branches,
    }),
  }),
  LandingGatesSkipped: fc.record({
    batchId,
    into: line,
    commit: line,
    tree: line,
    by: fc.constantFrom('sessions' as const, 'instance' as const),
    sessionIds: fc.array(sessionId, { minLength: 1, maxLength: 2 }),
  }),
  LandingBatchChecked: fc.record({ batchId, approved: fc.boolean(), gates: fc.array(gate, { maxLength: 2 }) }),
  LandingBatchHeld: fc.record({ batchId, ref: line, commit: line }),
  LandingBatchLanded: fc.record({ batchId, into: line, commit: line, branches }),
  LandingBatchAbandoned: fc.record({ batchId, reason: text }),
  LandingPutBack: fc.record({ landingId, behind: fc.array(line, { maxLength: 2 }) }),
  LandingQueueHalted: fc.record({ message: text }),
  LandingQueueResumed: none,
  LandingReturned: fc.record({
    landingId,
    sessionId,
    branch: line,
    into: line,
    obstacle: fc.record({
      code: fc.constantFrom('MERGE_CONFLICT' as const, 'GATES_REJECTED' as const),
      message: text,
      files: fc.array(line, { maxLength: 2 }),
    }),
    to: fc.constantFrom('agent' as const, 'person' as const),
    times: fc.nat(3),
  }),
  LandingContinued: fc.record({ landingId, sessionId }),
  LandingRequeued: fc.record({ landingId, sessionId, branch: line }),
  LandingRemoved: fc.record({ landingId, sessionId, reason }),
}

const providerNames = fc.record({ name: line, address: fc.constant('https://gateway.example/') })
const agentProviders: Facts<AgentProviderEvent, 'providerId'> = {
  AgentProviderAdded: fc.record({
    name: line,
    kind: fc.constant('openclaw' as const),
    address: fc.constant('wss://gateway.example/'),
    hasToken: fc.boolean(),
    isActive: fc.boolean(),
  }),
  AgentProviderChanged: fc.record({ name: line, address: fc.constant('ws://gateway.example/'), from: providerNames }),
  AgentProviderCredentialReplaced: fc.record({ name: line, host: line, hasToken: fc.boolean() }),
  AgentProviderActivated: fc.record({ name: line }),
  AgentProviderDeactivated: fc.record({ name: line }),
  AgentProviderRemoved: fc.record({ name: line }),
  AgentProviderLost: fc.record({
    name: line,
    code: fc.constantFrom(...contactFault.options),
    message: text,
    since: moment,
  }),
  AgentProviderReached: fc.record({ name: line, version: fc.option(line), protocol: fc.option(line) }),
}

const missionScope = (number: number) => ({ kind: 'mission', id: idOf('d', number) }) as const
const anywhere = () => ({})

const subjects: readonly Subject[] = [
  {
    stream: (number) => taskStream.of(idOf('c', number)),
    named: (number) => ({ taskId: idOf('c', number) }),
    begins: 'TaskCreated',
    facts: tasks,
  },
  {
    stream: (number) => missionStream.of(idOf('d', number)),
    named: (number) => ({ missionId: idOf('d', number) }),
    begins: 'MissionCreated',
    facts: missions,
  },
  { stream: (_, workspaceId) => queueStream.of(workspaceId), named: anywhere, begins: null, facts: queues },
  { stream: (_, workspaceId) => fleetStream.of(workspaceId), named: anywhere, begins: null, facts: fleets },
  {
    stream: (_, workspaceId) => agentProvidersStream.of(workspaceId),
    named: (number) => ({ providerId: idOf('6', number) }),
    begins: 'AgentProviderAdded',
    facts: agentProviders,
  },
  {
    stream: (number) => budgetStream.of(budgetIdOf(missionScope(number))),
    named: (number) => ({ scope: missionScope(number) }),
    begins: 'BudgetSet',
    facts: budgets,
  },
  {
    stream: (number) => mergeQueueStream.of(idOf('e', number)),
    named: (number) => ({ queueId: idOf('e', number) }),
    begins: 'LandingRequested',
    facts: mergeQueues,
  },
]

const event = (type: string, data: Record<string, unknown>) => ({ type, data }) as MosaicEvent

/** A fact of something besides sessions, and the one with which that begins where nothing has been told of it yet. */
export type WorkStep = {
  readonly number: number
  readonly streamIn: (workspaceId: string) => string
  readonly beginning: MosaicEvent | null
  readonly fact: MosaicEvent
}

const mostOfAKind = 4
const stepOf = ({ stream, named, begins, facts }: Subject): fc.Arbitrary<WorkStep> => {
  const typed = Object.entries(facts).map(([type, drawn]) => drawn.map((data) => ({ type, data: data as object })))
  return fc
    .record({
      number: fc.nat(mostOfAKind - 1),
      first: begins === null ? fc.constant(null) : facts[begins]!,
      fact: fc.oneof(...typed),
    })
    .map(({ number, first, fact }) => ({
      number,
      streamIn: (workspaceId) => stream(number, workspaceId),
      beginning: begins === null ? null : event(begins, { ...(first as object), ...named(number) }),
      fact: event(fact.type, { ...fact.data, ...named(number) }),
    }))
}

export const workStep: fc.Arbitrary<WorkStep> = fc.oneof(...subjects.map(stepOf))
