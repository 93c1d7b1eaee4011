import type { AgentSessionEvent, AgentSessionEventType } from '@mosaic/contracts/agent-session'
import type { NewEvent } from '@mosaic/event-store'
import { messageRecorded, spawnRequested } from './builders.ts'

type Samples = { readonly [Type in AgentSessionEventType]: Extract<AgentSessionEvent, { type: Type }>['data'] }

const messageId = '0190d1c8-0000-7000-8000-0000000000a1'
const spokenId = '0190d1c8-0000-7000-8000-0000000000a2'

/** Where every sample session runs. */
export const sampleSandbox = {
  kind: 'process',
  id: 'sandbox-1',
  guarantees: { filesystem: false, network: false, syscalls: true, memory: true, cpu: false, pids: true, disk: true },
} as const

/** One session's life in which every fact of a session occurs once, in an order in which it may happen. */
export function everySessionEvent(sessionId: string): NewEvent[] {
  const question = {
    questionId: 'q1',
    question: 'Which branch?',
    options: ['main'],
    defaultAnswer: null,
    expiresAt: null,
  }
  const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.1 }
  const check = {
    checkId: '0190d1c8-0000-7000-8000-0000000000a5',
    stage: 'pre-commit',
    profile: 'standard',
    commit: 'b'.repeat(40),
    tree: 'c'.repeat(40),
  } as const
  const landing = { sessionId, landingId: messageId, branch: 'agent-one', into: 'main' }
  const proposal = { sessionId, pullRequestId: messageId, number: 1, url: 'https://host.example/one/1' }
  const call = { toolCallId: 't1', turn: 1, name: 'shell' }
  const approvalId = '0190d1c8-0000-7000-8000-0000000000a7'
  const shown = {
    toolCallId: 't2',
    turn: 1,
    tool: 'shell',
    shown: 'git push',
    isCut: false,
    diff: null,
    digest: 'd'.repeat(64),
    because: { policy: 'workspace', rule: 1, note: 'Somebody looks first.' },
  } as const
  // Typed by event: a fact that is missing here does not compile.
  const samples: Samples = {
    AgentSpawnRequested: dataOf<'AgentSpawnRequested'>(spawnRequested(sessionId)),
    AgentSpawned: {
      sessionId,
      place: {
        kind: 'worktree',
        sandbox: sampleSandbox,
        worktree: '/worktrees/one',
        branch: 'agent-one',
        baseCommit: 'a'.repeat(40),
      },
    },
    SetupStepStarted: { sessionId, step: 'npm packages', command: 'npm ci' },
    SetupStepCompleted: {
      sessionId,
      step: 'npm packages',
      cached: false,
      exitCode: 0,
      durationMs: 2100,
      output: 'added 3 packages',
    },
    AgentStarted: { sessionId, resumed: false },
    MessageRecorded: dataOf<'MessageRecorded'>(messageRecorded(sessionId, messageId, 'I look at the test.', { usage })),
    ToolInvoked: { sessionId, ...call, input: { command: 'npm test' } },
    ToolCompleted: {
      sessionId,
      ...call,
      output: 'a NUL \u0000 and half a \ud83d',
      isError: false,
      durationMs: 12.5,
      interrupted: false,
    },
    ApprovalRequested: {
      sessionId,
      approvalId,
      ...shown,
      expiresAt: '2026-11-28T11:00:00.000Z',
      atTimeout: 'deny',
    },
    ApprovalDecided: {
      sessionId,
      approvalId,
      digest: shown.digest,
      decision: 'approved',
      scope: 'session',
      note: null,
      by: 'person',
      operatorName: 'Ada',
    },
    ApprovalApplied: { sessionId, approvalId },
    ApprovalWithdrawn: { sessionId, approvalId, reason: 'Its turn was ended.' },
    CallJudged: { sessionId, ...shown, decision: 'denied' },
    AllowedCallChanged: {
      sessionId,
      toolCallId: 't2',
      turn: 1,
      tool: 'shell',
      shown: 'git push --force',
      digest: shown.digest,
    },
    ModelCallDeferred: {
      sessionId,
      turn: 2,
      reason: 'RATE_LIMITED',
      message: 'the gateway answered 429: slow down',
      attempts: 1,
      since: '2026-11-28T10:00:00.000Z',
      nextTryAt: '2026-11-28T10:04:00.000Z',
    },
    ModelCallRetryRequested: { sessionId },
    TerminalControlTaken: {
      sessionId,
      operatorId: 'ada',
      operatorName: 'Ada',
      from: { operatorId: 'grace', operatorName: 'Grace' },
    },
    TerminalControlReleased: { sessionId, operatorId: 'ada', operatorName: 'Ada' },
    TerminalTyped: { sessionId, operatorId: 'ada', operatorName: 'Ada', text: 'make test\r', characters: 10 },
    ModelCallResumed: { sessionId, turn: 2 },
    ModelChanged: {
      sessionId,
      turn: 2,
      from: { modelProvider: 'anthropic', model: 'claude-opus-5-5' },
      to: { modelProvider: 'home', model: 'qwen3:8b' },
      reason: 'OVERLOADED',
      message: 'Anthropic answered 529: Overloaded',
    },
    ModelAnswerUnheard: { sessionId, messageId: sessionId, model: 'm', usage: null },
    AgentProgramStarted: { sessionId, agentSessionId: 'its-own', how: 'told', reason: 'it knows no such session' },
    ContextCompacted: {
      sessionId,
      throughTurn: 1,
      how: { kind: 'summarised', summary: 'The test was looked at.' },
      charactersBefore: 900,
      charactersAfter: 90,
      tokensBefore: 300,
      tokensAfter: 30,
      usage: null,
    },
    CommitRecorded: {
      sessionId,
      commit: 'b'.repeat(40),
      branch: 'agent-one',
      message: 'Make the test pass',
      files: 1,
      insertions: 2,
      deletions: 1,
      push: { state: 'failed', code: 'PUSH_REJECTED', message: 'The push was refused: hook declined' },
      merged: null,
    },
    NetworkConnectionRecorded: {
      sessionId,
      host: 'registry.example.org',
      port: 443,
      outcome: 'allowed',
      reason: null,
      count: 3,
      bytesSent: 2048,
      bytesReceived: 1_048_576,
      durationMs: 750.5,
    },
    SecretAllowed: { sessionId, file: 'test/key.pem', fingerprint: '0123456789ab' },
    QualityCheckRequested: { sessionId, ...check },
    QualityCheckCompleted: {
      sessionId,
      ...check,
      approved: false,
      gates: [
        {
          name: 'tests',
          kind: 'mechanical',
          passed: false,
          ran: true,
          details: [{ file: 'test/sum.test.js', line: 3, output: 'expected 4 to be 5' }],
          durationMs: 812.5,
        },
      ],
      blocked: null,
    },
    QualityGatesSkipped: {
      sessionId,
      taskId: null,
      stage: 'pre-push',
      commit: 'b'.repeat(40),
      tree: 'c'.repeat(40),
      by: 'session',
      saidBy: null,
    },
    ReviewSubmitted: {
      sessionId,
      of: { sessionId, checkId: check.checkId, commit: check.commit },
      verdict: 'reject',
      confidence: 0.2,
      summary: 'The sum of two negative numbers is wrong.',
      findings: [{ file: 'src/sum.js', line: 3, kind: 'logic', severity: 'high', message: 'the sign is lost' }],
    },
    BranchPushed: { sessionId, commit: 'b'.repeat(40), push: { state: 'pushed', as: 'agent-one' } },
    AgentWaitingForOperator: { sessionId, ...question },
    OperatorMessageInjected: {
      sessionId,
      messageId: spokenId,
      text: 'main, please',
      operatorName: 'Ada',
      questionId: 'q1',
    },
    OperatorMessageDelivered: { sessionId, messageId: spokenId, turn: 2, questionId: 'q1' },
    OperatorQuestionExpired: { sessionId, questionId: 'q1', answer: 'main' },
    AgentFoundStuck: {
      sessionId,
      reason: 'SAME_ERROR',
      message: 'the same error came 5 times: no such file',
      since: '2026-11-28T10:05:00.000Z',
      response: 'flag',
    },
    AgentGotOn: { sessionId },
    AgentContactLost: {
      sessionId,
      since: '2026-11-28T10:06:00.000Z',
      message: 'nothing listens at gateway.example:443',
    },
    AgentContactRestored: { sessionId },
    AgentPauseRequested: { sessionId, reason: 'lunch' },
    AgentPaused: { sessionId },
    AgentResumeRequested: { sessionId },
    AgentResumed: { sessionId },
    AgentTerminateRequested: { sessionId, note: 'enough', tree: false },
    AgentKillRequested: { sessionId, reason: 'now', killAllId: null, tree: false },
    AgentKillSignalled: { sessionId, sent: { kind: 'process', signal: 'SIGKILL', processes: 3 } },
    AgentKillExitObserved: { sessionId },
    AgentDescendantsCleared: { sessionId, survivors: 0 },
    AgentKilled: { sessionId, latencyMs: 250, proof: 'kernel' },
    AgentCompleted: { sessionId, outcome: 'finished', summary: 'All done' },
    AgentFailed: { sessionId, code: 'INTERNAL', message: 'It broke' },
    AgentAdopted: {
      sessionId,
      provider: { providerId: sessionId, name: 'house', sessionKey: 'agent:main:main' },
      begunAt: null,
    },
    AgentQueued: { sessionId, live: 100, most: 100 },
    SessionClaimed: { sessionId, ownerId: '0190d1c8-0000-7000-8000-0000000000b1', epoch: 1 },
    UncommittedWorkKept: {
      sessionId,
      ref: `refs/mosaic/wip/${sessionId}`,
      commit: 'c'.repeat(40),
      files: 2,
      insertions: 5,
      deletions: 0,
      mirror: '/mirrors/one.git',
      push: { state: 'failed', code: 'SECRET_FOUND', message: 'It holds secrets' },
    },
    AgentResourcesReleased: {
      sessionId,
      sandboxRemoved: true,
      worktreeRemoved: false,
      leftWork: { code: 'DISK_FULL', message: 'The disk is full.' },
    },
    CheckpointRecorded: {
      sessionId,
      ref: `refs/mosaic/checkpoints/${sessionId}/7`,
      commit: 'e'.repeat(40),
      files: 2,
      mirror: '/mirrors/one.git',
      afterRevision: 7,
    },
    KeptWorkCommitted: { sessionId, ref: `refs/mosaic/wip/${sessionId}`, commit: 'f'.repeat(40) },
    KeptWorkDiscarded: { sessionId, ref: `refs/mosaic/wip/${sessionId}`, commit: 'c'.repeat(40) },
    CheckpointsRemoved: { sessionId, count: 3, remaining: 0 },
    CheckpointFailed: { sessionId, code: 'DISK_FULL', message: 'The disk is full.' },
    WorktreeRevisited: { sessionId, leftWork: null },
    WorkMerged: { sessionId, branch: 'agent-one', into: 'main', commit: 'd'.repeat(40), changed: true },
    WorkLanded: { ...landing, commit: 'd'.repeat(40) },
    LandingConflicted: { ...landing, files: ['a.txt'], to: 'agent', times: 1 },
    LandingRejected: { ...landing, files: [], to: 'person', times: 3, code: 'GATES_REJECTED', message: 'tests failed' },
    WorkProposed: { ...proposal, into: 'main', headCommit: 'd'.repeat(40) },
    ProposalChecked: { ...proposal, headCommit: 'd'.repeat(40), checks: { state: 'failed', failed: ['test'] } },
    ProposalReturned: { ...proposal, message: 'test failed', to: 'person', times: 3 },
    ProposalEnded: { ...proposal, outcome: 'merged', into: 'main', commit: 'd'.repeat(40) },
    WorkPruned: { sessionId, refs: ['refs/heads/agent-one'] },
    AgentContinued: { sessionId, successorSessionId: messageId },
  }
  return (Object.keys(samples) as AgentSessionEventType[]).map((type) => ({ type, data: samples[type] }) as NewEvent)
}

const dataOf = <Type extends AgentSessionEventType>(event: NewEvent) => event.data as Samples[Type]
