import type { CommandOf, Place } from '../src/domain/agent-session/index.ts'

// What facts and commands of a session carry, a sample of each.

export const sessionId = '01890000-0000-7000-8000-000000000001'
export const messageId = '01890000-0000-7000-8000-000000000002'
export const killAllId = '01890000-0000-7000-8000-000000000003'
export const ownerId = '01890000-0000-7000-8000-000000000006'
export const otherId = '01890000-0000-7000-8000-000000000007'
export const epoch = 1

export const spec: CommandOf<'SpawnAgent'>['spec'] = {
  sessionId,
  parentSessionId: null,
  predecessor: null,
  missionId: '01890000-0000-7000-8000-000000000004',
  taskId: '01890000-0000-7000-8000-000000000005',
  taskSource: 'internal',
  agentType: 'worker',
  name: 'worker-0001',
  task: 'do it',
  runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:hello', maxTurns: 10 },
  workplace: { kind: 'worktree', repository: '/repository', baseBranch: 'main', sandbox: null },
  quality: { profile: 'standard', yolo: false },
  reviews: null,
  budget: null,
  approvals: null,
  network: null,
  skills: null,
  labels: [],
  externalKey: null,
  timeoutSeconds: null,
}
export const place: Place = {
  kind: 'worktree',
  sandbox: { kind: 'process', id: '1', guarantees: null },
  worktree: '/w',
  branch: 'b',
  baseCommit: 'c',
}
export const sent = { kind: 'process', signal: 'SIGKILL', processes: 1 } as const
export const question = { questionId: 'call-1', question: 'Which?', options: [], defaultAnswer: 'a', expiresAt: null }
export const digest = '0123456789abcdef'.repeat(4)
export const approval = {
  approvalId: '01890000-0000-7000-8000-000000000009',
  toolCallId: 'call-1',
  turn: 1,
  tool: 'shell',
  shown: 'git push',
  isCut: false,
  diff: null,
  digest,
  because: { policy: 'workspace', rule: 1, note: null },
  expiresAt: '2026-11-28T11:00:00.000Z',
  atTimeout: 'deny',
} as const
export const approved = {
  approvalId: approval.approvalId,
  digest,
  decision: 'approved',
  scope: 'once',
  note: null,
  operatorName: 'Ada',
} as const
export const call = { toolCallId: 'call-1', turn: 1, name: 'shell', input: {} }
export const result = {
  toolCallId: 'call-1',
  turn: 1,
  name: 'shell',
  output: '',
  isError: false,
  durationMs: 1,
  interrupted: false,
}
export const said = {
  messageId,
  turn: 1,
  role: 'agent' as const,
  content: [],
  usage: null,
  stopReason: null,
  model: 'm',
}
export const deferral = {
  turn: 1,
  reason: 'RATE_LIMITED',
  message: 'm',
  attempts: 1,
  since: '2026-11-28T10:00:00.000Z',
  nextTryAt: '2026-11-28T10:04:00.000Z',
} as const
export const modelChange = {
  turn: 1,
  from: { modelProvider: 'anthropic', model: 'm' },
  to: { modelProvider: 'home', model: 'n' },
  reason: 'OVERLOADED',
  message: 'm',
} as const
export const compacted = {
  throughTurn: 1,
  how: { kind: 'results-elided' },
  charactersBefore: 2,
  charactersAfter: 1,
  tokensBefore: null,
  tokensAfter: null,
  usage: null,
} as const
export const connection = {
  host: 'example.org',
  port: 443,
  outcome: 'refused',
  reason: 'HOST_NOT_ALLOWED',
  count: 1,
  bytesSent: 0,
  bytesReceived: 0,
  durationMs: 0,
} as const
export const setUp = { step: 's', cached: false, exitCode: 0, durationMs: 1, output: '' }
export const pushed = { state: 'pushed', as: 'b' } as const
export const commit = {
  commit: 'c',
  branch: 'b',
  message: 'm',
  files: 1,
  insertions: 1,
  deletions: 0,
  push: pushed,
  merged: null,
}
export const failed = { state: 'failed', code: 'PUSH_REJECTED', message: 'no' } as const
export const kept = { ref: 'r', commit: 'k', files: 1, insertions: 1, deletions: 0, mirror: '/m', push: failed }
export const checkpoint = { ref: 'r', commit: 'k', files: 1, mirror: '/m', afterRevision: 4 }
export const keptCommitted = { ...commit, ref: 'r', commit: 'n' }
export const stuck = { reason: 'SAME_CALL', message: 'm', since: '2026-11-28T10:05:00.000Z' } as const
export const secret = { file: 'test/key.pem', fingerprint: '0123456789ab' }
export const check = {
  checkId: '01890000-0000-7000-8000-000000000008',
  stage: 'pre-commit',
  profile: 'standard',
  commit: 'c',
  tree: 't',
} as const
export const checked = { ...check, approved: true, gates: [], blocked: null }
export const opinion = { verdict: 'reject', confidence: 0.2, summary: 's', findings: [] } as const
export const skipped = {
  taskId: null,
  stage: 'pre-commit',
  commit: 'c',
  tree: 't',
  by: 'session',
  saidBy: null,
} as const
export const leftWork = { code: 'DISK_FULL', message: 'The disk is full.' }
export const released = { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }
export const injected = { sessionId, messageId, text: 'hi', operatorName: 'Ada', questionId: null }
export const relayed: Omit<CommandOf<'RecordRelayed'>, 'type' | 'epoch'> = {
  callId: messageId,
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
  usage: null,
  startedAt: '2026-11-28T10:00:00.000Z',
  durationMs: 1,
}
