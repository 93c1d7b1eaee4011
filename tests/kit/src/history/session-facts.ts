import type { AgentSessionEvent, AgentSessionEventType, ContentBlock } from '@mosaic/contracts/agent-session'
import * as fc from 'fast-check'
import { gate, line, moment, none, text } from './drawn.ts'

type DataOf<Type extends AgentSessionEventType> = Extract<AgentSessionEvent, { type: Type }>['data']
/** What a fact says but the ids, which follow from its place in the history. */
type Drawn<Type extends AgentSessionEventType> = Omit<DataOf<Type>, 'sessionId' | 'messageId'>
/** `target`: which of the operators' messages so far it is about, counted backwards; one too many names none. */
type Targeted<Type extends AgentSessionEventType> = Drawn<Type> & { readonly target: number }

const turn = fc.nat(9)
const target = fc.nat(3)
const toolCallId = fc.constantFrom('t1', 't2', 't3')
const content: fc.Arbitrary<ContentBlock[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({ type: fc.constant('thinking' as const), thinking: text }),
    fc.record({ type: fc.constant('tool_use' as const), id: toolCallId, name: line, input: none }),
  ),
  { maxLength: 3 },
)
const tokens = fc.nat(5000)
const usage = fc.record({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  costUsd: fc.option(fc.nat(99).map((cents) => cents / 100)),
})
const push = fc.oneof(
  fc.record({ state: fc.constant('pushed' as const), as: line }),
  fc.record({ state: fc.constant('failed' as const), code: line, message: text }),
)
const said = (role: 'agent' | 'user' | 'system') =>
  fc.record({
    turn,
    role: fc.constant(role),
    content,
    usage: fc.option(usage),
    stopReason: fc.constant(null),
    model: fc.constant(null),
  })

const guarantees = fc.record({
  filesystem: fc.boolean(),
  network: fc.boolean(),
  syscalls: fc.boolean(),
  memory: fc.boolean(),
  cpu: fc.boolean(),
  pids: fc.boolean(),
  disk: fc.boolean(),
})

const check = {
  checkId: fc.uuid(),
  stage: fc.constantFrom('pre-commit' as const, 'pre-push' as const),
  profile: fc.constantFrom('strict' as const, 'standard' as const, 'minimal' as const),
  commit: line,
  tree: line,
}
const proposal = { pullRequestId: fc.uuid(), number: fc.integer({ min: 1, max: 9999 }), url: line }
const notLanded = {
  files: fc.array(line, { maxLength: 2 }),
  to: fc.constantFrom('agent' as const, 'person' as const),
  times: fc.integer({ min: 0, max: 5 }),
}

const approvalId = fc.constantFrom('0190d1c8-0000-7000-8000-0000000000b1', '0190d1c8-0000-7000-8000-0000000000b2')
const digest = fc.constantFrom('a'.repeat(64), 'b'.repeat(64))
const decision = fc.constantFrom('approved' as const, 'denied' as const)
const shown = {
  toolCallId,
  turn,
  tool: line,
  shown: text,
  isCut: fc.boolean(),
  diff: fc.option(text),
  digest,
  because: fc.record({
    policy: fc.constantFrom('workspace' as const, 'mission' as const, 'task' as const, 'session' as const),
    rule: fc.option(fc.integer({ min: 1, max: 9 })),
    note: fc.option(line),
  }),
}

// By type: a fact that is missing here does not compile.
const facts: {
  readonly [Type in Exclude<AgentSessionEventType, 'AgentSpawnRequested'>]: fc.Arbitrary<Drawn<Type> | Targeted<Type>>
} = {
  AgentAdopted: fc.record({
    provider: fc.record({ providerId: fc.uuid(), name: line, sessionKey: line }),
    begunAt: fc.option(moment),
  }),
  AgentQueued: fc.record({ live: fc.nat(99), most: fc.integer({ min: 1, max: 99 }) }),
  SessionClaimed: fc.record({ ownerId: fc.uuid(), epoch: fc.integer({ min: 1, max: 9 }) }),
  AgentSpawned: fc.record({
    place: fc.oneof(
      fc.record({ kind: fc.constant('remote' as const), address: line }),
      fc.record({
        kind: fc.constant('worktree' as const),
        sandbox: fc.record({ kind: fc.constant('process' as const), id: line, guarantees: fc.option(guarantees) }),
        worktree: line,
        branch: line,
        baseCommit: line,
      }),
    ),
  }),
  SetupStepStarted: fc.record({ step: line, command: text }),
  SetupStepCompleted: fc.record({
    step: line,
    cached: fc.boolean(),
    exitCode: fc.option(fc.nat(255)),
    durationMs: tokens,
    output: text,
  }),
  AgentStarted: fc.record({ resumed: fc.boolean() }),
  MessageRecorded: fc.oneof(
    said('agent'),
    said('agent'),
    said('user'),
    // The model's copy of what an operator has said.
    fc.record({
      turn,
      role: fc.constant('operator' as const),
      content,
      usage: fc.constant(null),
      stopReason: fc.constant(null),
      model: fc.constant(null),
      target,
    }),
  ),
  ApprovalRequested: fc.record({
    approvalId,
    ...shown,
    expiresAt: moment,
    atTimeout: fc.constantFrom('deny' as const, 'allow' as const),
  }),
  ApprovalDecided: fc.record({
    approvalId,
    digest,
    decision,
    scope: fc.constantFrom('once' as const, 'session' as const),
    note: fc.option(line),
    by: fc.constantFrom('person' as const, 'timeout' as const),
    operatorName: fc.option(line),
  }),
  ApprovalApplied: fc.record({ approvalId }),
  ApprovalWithdrawn: fc.record({ approvalId, reason: line }),
  CallJudged: fc.record({ ...shown, decision }),
  AllowedCallChanged: fc.record({ toolCallId, turn, tool: line, shown: text, digest }),
  ModelCallDeferred: fc.record({
    turn,
    reason: fc.constantFrom('RATE_LIMITED' as const, 'ANSWER_BROKEN' as const),
    message: text,
    attempts: fc.integer({ min: 1, max: 9 }),
    since: moment,
    nextTryAt: moment,
  }),
  ModelCallRetryRequested: none,
  TerminalControlTaken: fc.record({ operatorId: line, operatorName: line, from: fc.constant(null) }),
  TerminalControlReleased: fc.record({ operatorId: line, operatorName: line }),
  TerminalTyped: fc.record({
    operatorId: line,
    operatorName: line,
    text: fc.option(line),
    characters: fc.integer({ min: 1, max: 99 }),
  }),
  ModelCallResumed: fc.record({ turn }),
  ModelChanged: fc.record({
    turn,
    from: fc.constant({ modelProvider: 'anthropic', model: 'm' }),
    to: fc.constantFrom({ modelProvider: 'home', model: 'n' }, { modelProvider: 'anthropic', model: 'm' }),
    reason: fc.constant('OVERLOADED' as const),
    message: text,
  }),
  ModelAnswerUnheard: fc.record({ messageId: fc.uuid(), model: fc.option(line), usage: fc.option(usage) }),
  AgentProgramStarted: fc.record({
    agentSessionId: line,
    how: fc.constantFrom('begun' as const, 'loaded' as const, 'told' as const),
    reason: fc.option(line),
  }),
  ModelTextsRecorded: fc.record({
    texts: fc.array(
      fc.record({ digest: fc.stringMatching(/^[0-9a-f]{32}$/), part: fc.constant(1), parts: fc.constant(1), text }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  ModelCallRelayed: fc.record({
    callId: fc.uuid(),
    turn,
    modelProvider: fc.constant('anthropic'),
    model: line,
    head: fc.constant([]),
    extends: fc.constant(null),
    added: fc.constant([]),
    answer: fc.constant(null),
    stopReason: fc.option(line),
    outcome: fc.constantFrom('answered' as const, 'refused' as const, 'cut' as const, 'unsent' as const),
    status: fc.constantFrom(200, 429, null),
    message: fc.option(text),
    usage: fc.option(usage),
    startedAt: moment,
    durationMs: tokens,
  }),
  ContextCompacted: fc.record({
    throughTurn: turn,
    how: fc.oneof(
      fc.record({ kind: fc.constant('results-elided' as const) }),
      fc.record({ kind: fc.constant('summarised' as const), summary: text }),
    ),
    charactersBefore: tokens,
    charactersAfter: tokens,
    tokensBefore: fc.option(tokens),
    tokensAfter: fc.option(tokens),
    usage: fc.option(usage),
  }),
  ToolInvoked: fc.record({
    toolCallId,
    turn,
    name: line,
    input: fc.dictionary(fc.constantFrom('path', 'command'), text),
  }),
  ToolCompleted: fc.record({
    toolCallId,
    turn,
    name: line,
    output: text,
    isError: fc.boolean(),
    durationMs: fc.nat(999),
    interrupted: fc.boolean(),
  }),
  CommitRecorded: fc.record({
    commit: line,
    branch: line,
    message: text,
    files: turn,
    insertions: turn,
    deletions: turn,
    push,
    merged: fc.option(line),
  }),
  NetworkConnectionRecorded: fc.record({
    host: fc.option(line),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    outcome: fc.constantFrom('allowed' as const, 'refused' as const),
    reason: fc.constantFrom('HOST_NOT_ALLOWED' as const, null),
    count: turn,
    bytesSent: tokens,
    bytesReceived: tokens,
    durationMs: fc.nat(999),
  }),
  SecretAllowed: fc.record({ file: line, fingerprint: fc.constant('0123456789ab') }),
  QualityCheckRequested: fc.record(check),
  QualityCheckCompleted: fc.record({
    ...check,
    approved: fc.boolean(),
    gates: fc.array(gate, { maxLength: 2 }),
    blocked: fc.option(text),
  }),
  QualityGatesSkipped: fc.record({
    stage: check.stage,
    commit: line,
    tree: line,
    by: fc.constantFrom('session' as const, 'instance' as const),
    taskId: fc.option(fc.uuid()),
    saidBy: fc.option(fc.constant({ kind: 'operator' as const, id: 'ada', name: 'Ada' })),
  }),
  ReviewSubmitted: fc.record({
    of: fc.record({ sessionId: fc.uuid(), checkId: fc.uuid(), commit: line }),
    verdict: fc.constantFrom('approve' as const, 'reject' as const),
    confidence: fc.constantFrom(0, 0.5, 1),
    summary: text.map((said) => said || 'said'),
    findings: fc.constant([]),
  }),
  BranchPushed: fc.record({ commit: line, push }),
  OperatorMessageInjected: fc.record({ text, operatorName: line, questionId: fc.option(line) }),
  OperatorMessageDelivered: fc.record({ turn, questionId: fc.option(line), target }),
  AgentWaitingForOperator: fc.record({
    questionId: line,
    question: text,
    options: fc.array(line, { maxLength: 2 }),
    defaultAnswer: fc.option(line),
    expiresAt: fc.constant(null),
  }),
  OperatorQuestionExpired: fc.record({ questionId: line, answer: line }),
  AgentPauseRequested: fc.record({ reason: fc.option(text) }),
  AgentPaused: none,
  AgentResumeRequested: none,
  AgentResumed: none,
  AgentTerminateRequested: fc.record({ note: fc.option(text), tree: fc.boolean() }),
  AgentKillRequested: fc.record({ reason: fc.option(text), killAllId: fc.constant(null), tree: fc.boolean() }),
  AgentKillSignalled: fc.record({
    sent: fc.record({
      kind: fc.constant('process' as const),
      signal: fc.constant('SIGKILL' as const),
      processes: turn,
    }),
  }),
  AgentKillExitObserved: none,
  AgentDescendantsCleared: fc.record({ survivors: fc.constant(0 as const) }),
  AgentKilled: fc.record({ latencyMs: fc.nat(999), proof: fc.constantFrom('kernel' as const, 'reported' as const) }),
  AgentCompleted: fc.record({ outcome: fc.constantFrom('finished' as const, 'terminated' as const), summary: text }),
  AgentFailed: fc.record({ code: fc.constant('INTERNAL' as const), message: text }),
  AgentFoundStuck: fc.record({
    reason: fc.constantFrom('NO_NEW_FACT' as const, 'SAME_CALL' as const),
    message: text,
    since: fc.constant('2026-11-28T10:05:00.000Z'),
    response: fc.constantFrom('flag' as const, 'pause' as const),
  }),
  AgentGotOn: none,
  AgentContactLost: fc.record({ since: moment, message: text }),
  AgentContactRestored: none,
  CheckpointRecorded: fc.record({ ref: line, commit: line, files: turn, mirror: line, afterRevision: turn }),
  CheckpointsRemoved: fc.record({ count: fc.integer({ min: 1, max: 9 }), remaining: turn }),
  CheckpointFailed: fc.record({ code: line, message: text }),
  UncommittedWorkKept: fc.record({
    ref: line,
    commit: line,
    files: turn,
    insertions: turn,
    deletions: turn,
    mirror: line,
    push,
  }),
  KeptWorkCommitted: fc.record({ ref: line, commit: line }),
  KeptWorkDiscarded: fc.record({ ref: line, commit: line }),
  AgentResourcesReleased: fc.record({
    sandboxRemoved: fc.boolean(),
    worktreeRemoved: fc.boolean(),
    leftWork: fc.option(fc.record({ code: line, message: text })),
  }),
  WorktreeRevisited: fc.record({ leftWork: fc.option(fc.record({ code: line, message: text })) }),
  WorkLanded: fc.record({ landingId: fc.uuid(), branch: line, into: line, commit: line }),
  LandingConflicted: fc.record({ landingId: fc.uuid(), branch: line, into: line, ...notLanded }),
  LandingRejected: fc.record({
    landingId: fc.uuid(),
    branch: line,
    into: line,
    ...notLanded,
    code: line,
    message: line,
  }),
  WorkMerged: fc.record({ branch: line, into: line, commit: line, changed: fc.boolean() }),
  WorkProposed: fc.record({ ...proposal, into: line, headCommit: line }),
  ProposalChecked: fc.record({
    ...proposal,
    headCommit: line,
    checks: fc.record({
      state: fc.constantFrom('running' as const, 'passed' as const, 'failed' as const),
      failed: fc.array(line, { maxLength: 2 }),
    }),
  }),
  ProposalReturned: fc.record({ ...proposal, message: line, to: notLanded.to, times: notLanded.times }),
  ProposalEnded: fc.record({
    ...proposal,
    outcome: fc.constantFrom('merged' as const, 'closed' as const),
    into: line,
    commit: line,
  }),
  WorkPruned: fc.record({ refs: fc.array(line, { maxLength: 2 }) }),
  AgentContinued: fc.record({ successorSessionId: fc.uuid() }),
}

/** A fact of one of the sessions. */
export type SessionStep = { readonly session: number; readonly type: string; readonly data: Record<string, unknown> }

const mostSessions = 4
export const sessionStep: fc.Arbitrary<SessionStep> = fc
  .record({
    session: fc.nat(mostSessions - 1),
    fact: fc.oneof(
      ...Object.entries(facts).map(([type, drawn]) =>
        (drawn as fc.Arbitrary<Record<string, unknown>>).map((data) => ({ type, data })),
      ),
    ),
  })
  .map(({ session, fact }) => ({ session, ...fact }))

/** Facts that are about a message. */
export const hasMessage: ReadonlySet<string> = new Set([
  'MessageRecorded',
  'OperatorMessageInjected',
  'OperatorMessageDelivered',
])
