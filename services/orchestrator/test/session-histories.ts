import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { type AgentSession, agentSession, type CommandOf, type CommandType } from '../src/domain/agent-session/index.ts'
import {
  sessionId,
  messageId,
  killAllId,
  ownerId,
  otherId,
  epoch,
  spec,
  place,
  sent,
  question,
  approval,
  approved,
  digest,
  call,
  result,
  said,
  deferral,
  compacted,
  connection,
  relayed,
  setUp,
  checkpoint,
  stuck,
  pushed,
  commit,
  failed,
  kept,
  keptCommitted,
  secret,
  check,
  checked,
  opinion,
  skipped,
  leftWork,
  modelChange,
  released,
  injected,
} from './session-samples.ts'

const ada = { operatorId: 'ada', operatorName: 'Ada' }
const landing = { landingId: otherId, branch: 'b', into: 'main' }
const proposal = { pullRequestId: otherId, number: 1, url: 'https://host.example/1' }
const { approvalId: _, expiresAt: __, atTimeout: ___, ...judged } = approval
const notLanded = { files: ['a.txt'], to: 'agent' as const, times: 1 }

export const commands: { [Type in CommandType]: CommandOf<Type> } = {
  SpawnAgent: { type: 'SpawnAgent', spec, ownerId, queued: null },
  AdoptAgent: {
    type: 'AdoptAgent',
    spec,
    ownerId,
    adopted: { provider: { providerId: otherId, name: 'house', sessionKey: 'agent:main:main' }, begunAt: null },
  },
  InjectMessage: { type: 'InjectMessage', messageId, text: 'hi', operatorName: 'Ada', pauseBeforeSend: false },
  PauseAgent: { type: 'PauseAgent', reason: null },
  ResumeAgent: { type: 'ResumeAgent' },
  RetryModelCall: { type: 'RetryModelCall' },
  DecideApproval: { type: 'DecideApproval', ...approved, at: '2026-11-28T10:30:00.000Z' },
  RequestApproval: { type: 'RequestApproval', epoch, ...approval },
  ExpireApproval: { type: 'ExpireApproval', epoch, approvalId: approval.approvalId },
  ApplyApproval: { type: 'ApplyApproval', epoch, approvalId: approval.approvalId },
  WithdrawApproval: { type: 'WithdrawApproval', epoch, approvalId: approval.approvalId, reason: 'r' },
  RecordJudged: { type: 'RecordJudged', epoch, ...judged, decision: 'denied' },
  RecordCallChanged: {
    type: 'RecordCallChanged',
    epoch,
    toolCallId: 'call-1',
    turn: 1,
    tool: 'shell',
    shown: 's',
    digest,
  },
  TakeTerminal: { type: 'TakeTerminal', ...ada },
  ReleaseTerminal: { type: 'ReleaseTerminal', ...ada },
  AllowSecret: { type: 'AllowSecret', ...secret },
  ContinueAgent: { type: 'ContinueAgent', successorSessionId: otherId },
  NoteMerged: { type: 'NoteMerged', branch: 'b', into: 'main', commit: 'c', changed: true },
  NoteLanded: { type: 'NoteLanded', ...landing, commit: 'c' },
  NoteLandingConflicted: { type: 'NoteLandingConflicted', ...landing, ...notLanded },
  NoteLandingRejected: { type: 'NoteLandingRejected', ...landing, ...notLanded, code: 'GATES_REJECTED', message: 'no' },
  NoteProposed: { type: 'NoteProposed', ...proposal, into: 'main', headCommit: 'c' },
  NoteProposalChecked: {
    type: 'NoteProposalChecked',
    ...proposal,
    headCommit: 'c',
    checks: { state: 'failed', failed: ['test'] },
  },
  NoteProposalReturned: { type: 'NoteProposalReturned', ...proposal, message: 'test failed', to: 'agent', times: 1 },
  NoteProposalEnded: { type: 'NoteProposalEnded', ...proposal, outcome: 'merged', into: 'main', commit: 'c' },
  NoteKeptCommitted: { type: 'NoteKeptCommitted', ...keptCommitted },
  NoteCheckpointsRemoved: { type: 'NoteCheckpointsRemoved', count: 1, remaining: 0 },
  NoteKeptDiscarded: { type: 'NoteKeptDiscarded', ref: 'r', commit: 'k' },
  NotePruned: { type: 'NotePruned', refs: ['refs/heads/b'] },
  TerminateAgent: { type: 'TerminateAgent', note: null, tree: false },
  KillAgent: { type: 'KillAgent', reason: null, killAllId, tree: false },
  ClaimSession: { type: 'ClaimSession', ownerId: otherId, after: epoch },
  RecordSpawned: { type: 'RecordSpawned', epoch, place },
  StartSetupStep: { type: 'StartSetupStep', epoch, step: 's', command: 'c' },
  CompleteSetupStep: { type: 'CompleteSetupStep', epoch, ...setUp },
  RecordStarted: { type: 'RecordStarted', epoch, resumed: false },
  RecordBegun: { type: 'RecordBegun', epoch, place, starts: { resumed: false }, told: [said, said] },
  RecordMessage: { type: 'RecordMessage', epoch, ...said },
  RecordHistory: {
    type: 'RecordHistory',
    epoch,
    steps: [
      { type: 'RecordMessage', ...said },
      { type: 'InvokeTool', ...call },
      { type: 'CompleteTool', ...result },
    ],
  },
  DeferModelCall: { type: 'DeferModelCall', epoch, ...deferral },
  ChangeModel: { type: 'ChangeModel', epoch, ...modelChange },
  RecordProgram: { type: 'RecordProgram', epoch, agentSessionId: 'its-own', how: 'begun', reason: null },
  CompactContext: { type: 'CompactContext', epoch, ...compacted },
  InvokeTool: { type: 'InvokeTool', epoch, ...call },
  CompleteTool: { type: 'CompleteTool', epoch, ...result },
  RecordCommit: { type: 'RecordCommit', epoch, ...commit },
  RecordUnheard: { type: 'RecordUnheard', epoch, messageId: sessionId, model: null, usage: null },
  RecordTexts: { type: 'RecordTexts', epoch, texts: [{ digest: '0'.repeat(32), part: 1, parts: 1, text: '{}' }] },
  RecordRelayed: { type: 'RecordRelayed', epoch, ...relayed },
  FlagStuck: { type: 'FlagStuck', epoch, ...stuck, policy: 'pause' },
  ClearStuck: { type: 'ClearStuck', epoch },
  LoseContact: { type: 'LoseContact', epoch, since: '2026-11-28T10:00:00.000Z', message: 'm' },
  RestoreContact: { type: 'RestoreContact', epoch },
  RecordCheckpoint: { type: 'RecordCheckpoint', epoch, ...checkpoint },
  FailCheckpoint: { type: 'FailCheckpoint', epoch, ...leftWork },
  RecordConnection: { type: 'RecordConnection', epoch, ...connection },
  RequestQualityCheck: { type: 'RequestQualityCheck', epoch, ...check },
  CompleteQualityCheck: { type: 'CompleteQualityCheck', epoch, ...checked },
  SubmitReview: { type: 'SubmitReview', epoch, ...opinion, findings: [] },
  SkipQualityGates: { type: 'SkipQualityGates', epoch, ...skipped },
  DeliverMessages: { type: 'DeliverMessages', epoch, turn: 1 },
  AskOperator: { type: 'AskOperator', epoch, ...question },
  TakeAnswer: { type: 'TakeAnswer', epoch, questionId: 'call-1', turn: 1 },
  ExpireQuestion: { type: 'ExpireQuestion', epoch, questionId: 'call-1', answer: 'a' },
  RecordTyped: { type: 'RecordTyped', epoch, ...ada, text: 'ls\r', characters: 3 },
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
  RecordRevisited: { type: 'RecordRevisited', leftWork },
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

const capabilities = { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' } as const
const terminal = { kind: 'pty', modelProvider: null, model: null, command: 'bash', capabilities }
const inTerminal: AgentSessionEvent[] = [
  { type: 'AgentSpawnRequested', data: { ...spec, runtime: terminal } },
  ...running.slice(1),
]

const keptAtEnd: AgentSessionEvent[] = [...completed, { type: 'UncommittedWorkKept', data: { sessionId, ...kept } }]

const isOver: AgentSessionEvent[] = [...completed, { type: 'AgentResourcesReleased', data: { sessionId, ...released } }]

const left: AgentSessionEvent[] = [
  ...completed,
  { type: 'AgentResourcesReleased', data: { sessionId, ...released, worktreeRemoved: false, leftWork } },
]

const asked: AgentSessionEvent[] = [...running, { type: 'ApprovalRequested', data: { sessionId, ...approval } }]
const decidedOn: AgentSessionEvent[] = [
  ...asked,
  { type: 'ApprovalDecided', data: { sessionId, ...approved, by: 'person' } },
]

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
  'waiting for an approval': asked,
  'waiting for an approval, decided': decidedOn,
  'running, after an approval': [
    ...decidedOn,
    { type: 'ApprovalApplied', data: { sessionId, approvalId: approval.approvalId } },
  ],
  'paused, with an approval decided': [
    ...asked,
    { type: 'AgentPauseRequested', data: { sessionId, reason: null } },
    { type: 'AgentPaused', data: { sessionId } },
    { type: 'ApprovalDecided', data: { sessionId, ...approved, by: 'person' } },
  ],
  'waiting for the model': deferred,
  'waiting for the model, not any longer': [...deferred, { type: 'ModelCallRetryRequested', data: { sessionId } }],
  pausing,
  paused,
  resuming: [...paused, { type: 'AgentResumeRequested', data: { sessionId } }],
  terminating: [...running, { type: 'AgentTerminateRequested', data: { sessionId, note: null, tree: false } }],
  killing,
  'killing, signalled': signalled,
  'killing, exited': exited,
  'running, in a terminal': inTerminal,
  'running, in a terminal that somebody types in': [
    ...inTerminal,
    { type: 'TerminalControlTaken', data: { sessionId, ...ada, from: null } },
  ],
  completed,
  failed: [...running, { type: 'AgentFailed', data: { sessionId, code: 'INTERNAL', message: 'm' } }],
  killed: [...exited, { type: 'AgentKilled', data: { sessionId, latencyMs: 5, proof: 'kernel' } }],
  'running, its change looked at': [...running, { type: 'QualityCheckRequested', data: { sessionId, ...check } }],
  'running, its change approved': [
    ...running,
    { type: 'QualityCheckRequested', data: { sessionId, ...check } },
    { type: 'QualityCheckCompleted', data: { sessionId, ...checked } },
  ],
  'running, a secret allowed': [...running, { type: 'SecretAllowed', data: { sessionId, ...secret } }],
  'running, with a commit that could not be pushed': committed,
  'running, contact with it lost': [
    ...running,
    { type: 'AgentContactLost', data: { sessionId, since: '2026-11-28T10:00:00.000Z', message: 'm' } },
  ],
  'running, found stuck': [...running, { type: 'AgentFoundStuck', data: { sessionId, ...stuck, response: 'flag' } }],
  'running, with a checkpoint': [...running, { type: 'CheckpointRecorded', data: { sessionId, ...checkpoint } }],
  'running, its files not kept': [...running, { type: 'CheckpointFailed', data: { sessionId, ...leftWork } }],
  'completed, its changes kept': keptAtEnd,
  'completed, its changes kept and committed by a person': [
    ...keptAtEnd,
    { type: 'KeptWorkCommitted', data: { sessionId, ref: 'r', commit: 'n' } },
  ],
  'completed, its changes kept and given up': [
    ...keptAtEnd,
    { type: 'KeptWorkDiscarded', data: { sessionId, ref: 'r', commit: 'k' } },
  ],
  released: isOver,
  'released, with work left in its worktree': left,
  continued: [...isOver, { type: 'AgentContinued', data: { sessionId, successorSessionId: messageId } }],
} as const satisfies Record<string, readonly AgentSessionEvent[]>

/** The state that a history leads to. */
export const fold = (events: readonly AgentSessionEvent[]): AgentSession =>
  events.reduce(agentSession.evolve, agentSession.initialState)
