import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import {
  type AgentSession,
  agentSession,
  type CommandOf,
  type CommandType,
  type Place,
} from '../src/domain/agent-session/index.ts'

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
}
const place: Place = {
  kind: 'worktree',
  sandbox: { kind: 'process', id: '1', guarantees: null },
  worktree: '/w',
  branch: 'b',
  baseCommit: 'c',
}
const sent = { kind: 'process', signal: 'SIGKILL', processes: 1 } as const
const question = { questionId: 'call-1', question: 'Which?', options: [], defaultAnswer: 'a', expiresAt: null }
const call = { toolCallId: 'call-1', turn: 1, name: 'shell', input: {} }
const result = {
  toolCallId: 'call-1',
  turn: 1,
  name: 'shell',
  output: '',
  isError: false,
  durationMs: 1,
  interrupted: false,
}
const said = { messageId, turn: 1, role: 'agent' as const, content: [], usage: null, stopReason: null, model: null }
const deferral = {
  turn: 1,
  reason: 'RATE_LIMITED',
  message: 'm',
  attempts: 1,
  since: '2026-11-28T10:00:00.000Z',
  nextTryAt: '2026-11-28T10:04:00.000Z',
} as const
const compacted = {
  throughTurn: 1,
  how: { kind: 'results-elided' },
  charactersBefore: 2,
  charactersAfter: 1,
  tokensBefore: null,
  tokensAfter: null,
  usage: null,
} as const
const connection = {
  host: 'example.org',
  port: 443,
  outcome: 'refused',
  reason: 'HOST_NOT_ALLOWED',
  count: 1,
  bytesSent: 0,
  bytesReceived: 0,
  durationMs: 0,
} as const
const setUp = { step: 's', cached: false, exitCode: 0, durationMs: 1, output: '' }
export const pushed = { state: 'pushed', as: 'b' } as const
const commit = {
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
const secret = { file: 'test/key.pem', fingerprint: '0123456789ab' }
const released = { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }
const injected = { sessionId, messageId, text: 'hi', operatorName: 'Ada', questionId: null }

export const commands: { [Type in CommandType]: CommandOf<Type> } = {
  SpawnAgent: { type: 'SpawnAgent', spec, ownerId, queued: null },
  InjectMessage: { type: 'InjectMessage', messageId, text: 'hi', operatorName: 'Ada', pauseBeforeSend: false },
  PauseAgent: { type: 'PauseAgent', reason: null },
  ResumeAgent: { type: 'ResumeAgent' },
  RetryModelCall: { type: 'RetryModelCall' },
  AllowSecret: { type: 'AllowSecret', ...secret },
  ContinueAgent: { type: 'ContinueAgent', successorSessionId: otherId },
  NoteMerged: { type: 'NoteMerged', branch: 'b', into: 'main', commit: 'c', changed: true },
  NotePruned: { type: 'NotePruned', refs: ['refs/heads/b'] },
  TerminateAgent: { type: 'TerminateAgent', note: null, tree: false },
  KillAgent: { type: 'KillAgent', reason: null, killAllId, tree: false },
  ClaimSession: { type: 'ClaimSession', ownerId: otherId, after: epoch },
  RecordSpawned: { type: 'RecordSpawned', epoch, place },
  StartSetupStep: { type: 'StartSetupStep', epoch, step: 's', command: 'c' },
  CompleteSetupStep: { type: 'CompleteSetupStep', epoch, ...setUp },
  RecordStarted: { type: 'RecordStarted', epoch, resumed: false },
  RecordMessage: { type: 'RecordMessage', epoch, ...said },
  DeferModelCall: { type: 'DeferModelCall', epoch, ...deferral },
  CompactContext: { type: 'CompactContext', epoch, ...compacted },
  InvokeTool: { type: 'InvokeTool', epoch, ...call },
  CompleteTool: { type: 'CompleteTool', epoch, ...result },
  RecordCommit: { type: 'RecordCommit', epoch, ...commit },
  RecordConnection: { type: 'RecordConnection', epoch, ...connection },
  DeliverMessages: { type: 'DeliverMessages', epoch, turn: 1 },
  AskOperator: { type: 'AskOperator', epoch, ...question },
  TakeAnswer: { type: 'TakeAnswer', epoch, questionId: 'call-1', turn: 1 },
  ExpireQuestion: { type: 'ExpireQuestion', epoch, questionId: 'call-1', answer: 'a' },
  ConfirmPause: { type: 'ConfirmPause', epoch },
  ConfirmResume: { type: 'ConfirmResume', epoch },
  RecordKillSignal: { type: 'RecordKillSignal', epoch, sent },
  RecordKillExit: { type: 'RecordKillExit', epoch },
  RecordKilled: { type: 'RecordKilled', proof: 'kernel', epoch, latencyMs: 5 },
  CompleteAgent: { type: 'CompleteAgent', epoch, outcome: 'finished', summary: 's' },
  FailAgent: { type: 'FailAgent', epoch, code: 'INTERNAL', message: 'm' },
  RecordReleased: { type: 'RecordReleased', epoch, ...released },
  RecordPush: { type: 'RecordPush', commit: 'c', push: pushed },
  RecordKept: { type: 'RecordKept', ...kept },
}

export const claimed = (owner: string, at: number): AgentSessionEvent => ({
  type: 'SessionClaimed',
  data: { sessionId, ownerId: owner, epoch: at },
})
const spawned: AgentSessionEvent[] = [{ type: 'AgentSpawnRequested', data: spec }, claimed(ownerId, epoch)]
const spawnedPlace: AgentSessionEvent[] = [...spawned, { type: 'AgentSpawned', data: { sessionId, place } }]
export const queued: AgentSessionEvent[] = [
  { type: 'AgentSpawnRequested', data: spec },
  { type: 'AgentQueued', data: { sessionId, live: 3, most: 3 } },
]
export const running: AgentSessionEvent[] = [
  ...spawnedPlace,
  { type: 'AgentStarted', data: { sessionId, resumed: false } },
]
export const invoked: AgentSessionEvent[] = [...running, { type: 'ToolInvoked', data: { sessionId, ...call } }]
export const waiting: AgentSessionEvent[] = [
  ...invoked,
  { type: 'AgentWaitingForOperator', data: { sessionId, ...question } },
]
const deferred: AgentSessionEvent[] = [...running, { type: 'ModelCallDeferred', data: { sessionId, ...deferral } }]
export const answer: AgentSessionEvent = {
  type: 'OperatorMessageInjected',
  data: { ...injected, questionId: 'call-1' },
}
export const pausing: AgentSessionEvent[] = [
  ...running,
  { type: 'AgentPauseRequested', data: { sessionId, reason: null } },
]
export const paused: AgentSessionEvent[] = [...pausing, { type: 'AgentPaused', data: { sessionId } }]
const killing: AgentSessionEvent[] = [
  ...running,
  { type: 'AgentKillRequested', data: { sessionId, reason: null, killAllId, tree: false } },
]
export const signalled: AgentSessionEvent[] = [...killing, { type: 'AgentKillSignalled', data: { sessionId, sent } }]
export const exited: AgentSessionEvent[] = [...signalled, { type: 'AgentKillExitObserved', data: { sessionId } }]
export const committed: AgentSessionEvent[] = [
  ...running,
  { type: 'CommitRecorded', data: { sessionId, ...commit, push: failed } },
]
export const completed: AgentSessionEvent[] = [
  ...running,
  { type: 'AgentCompleted', data: { sessionId, outcome: 'finished', summary: 's' } },
]

const isOver: AgentSessionEvent[] = [...completed, { type: 'AgentResourcesReleased', data: { sessionId, ...released } }]

/** Every state that decides differently, by the history that leads there. */
export const states = {
  none: [],
  spawning: spawned,
  'spawning, in its place': spawnedPlace,
  running,
  'running, tool invoked': invoked,
  'running, message pending': [...running, { type: 'OperatorMessageInjected', data: injected }],
  waiting,
  'waiting, answered': [...waiting, answer],
  'waiting for the model': deferred,
  'waiting for the model, not any longer': [...deferred, { type: 'ModelCallRetryRequested', data: { sessionId } }],
  pausing,
  paused,
  resuming: [...paused, { type: 'AgentResumeRequested', data: { sessionId } }],
  terminating: [...running, { type: 'AgentTerminateRequested', data: { sessionId, note: null, tree: false } }],
  killing,
  'killing, signalled': signalled,
  'killing, exited': exited,
  completed,
  failed: [...running, { type: 'AgentFailed', data: { sessionId, code: 'INTERNAL', message: 'm' } }],
  killed: [...exited, { type: 'AgentKilled', data: { sessionId, latencyMs: 5, proof: 'kernel' } }],
  'running, a secret allowed': [...running, { type: 'SecretAllowed', data: { sessionId, ...secret } }],
  'running, with a commit that could not be pushed': committed,
  'completed, its changes kept': [...completed, { type: 'UncommittedWorkKept', data: { sessionId, ...kept } }],
  released: isOver,
  continued: [...isOver, { type: 'AgentContinued', data: { sessionId, successorSessionId: messageId } }],
} as const satisfies Record<string, readonly AgentSessionEvent[]>

/** The state that a history leads to. */
export const fold = (events: readonly AgentSessionEvent[]): AgentSession =>
  events.reduce(agentSession.evolve, agentSession.initialState)
