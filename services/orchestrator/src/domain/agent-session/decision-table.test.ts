import type { AgentSessionEvent, AgentSessionEventType, AgentSessionRejection } from '@mosaic/contracts/agent-session'
import { statusAfter } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { commands, fold, states } from '../../../test/session-histories.ts'
import { type AgentSession, agentSession, type Command, type CommandType } from './index.ts'

type Cell = readonly AgentSessionEventType[] | AgentSessionRejection
type Row = Record<CommandType, Cell>

const refusing = (code: AgentSessionRejection): Row =>
  Object.fromEntries(Object.keys(commands).map((type) => [type, code])) as Row

/** What a running session answers; other rows name where they differ. */
const live: Row = {
  SpawnAgent: 'SESSION_ALREADY_EXISTS',
  AdoptAgent: 'SESSION_ALREADY_EXISTS',
  InjectMessage: ['OperatorMessageInjected'],
  PauseAgent: ['AgentPauseRequested'],
  ResumeAgent: 'SESSION_NOT_PAUSED',
  RetryModelCall: 'MODEL_NOT_AWAITED',
  DecideApproval: 'APPROVAL_NOT_FOUND',
  RequestApproval: ['ApprovalRequested'],
  ExpireApproval: [],
  ApplyApproval: [],
  WithdrawApproval: [],
  RecordJudged: ['CallJudged'],
  RecordCallChanged: ['AllowedCallChanged'],
  AllowSecret: ['SecretAllowed'],
  ContinueAgent: 'SESSION_NOT_OVER',
  NoteMerged: ['WorkMerged'],
  NoteLanded: ['WorkLanded'],
  NoteLandingConflicted: ['LandingConflicted'],
  NoteLandingRejected: ['LandingRejected'],
  NoteProposed: ['WorkProposed'],
  NoteProposalChecked: ['ProposalChecked'],
  NoteProposalReturned: ['ProposalReturned'],
  NoteProposalEnded: ['ProposalEnded'],
  NotePruned: 'SESSION_NOT_OVER',
  NoteCheckpointsRemoved: ['CheckpointsRemoved'],
  NoteKeptCommitted: 'SESSION_NOT_OVER',
  NoteKeptDiscarded: 'SESSION_NOT_OVER',
  TerminateAgent: ['AgentTerminateRequested'],
  KillAgent: ['AgentKillRequested'],
  ClaimSession: ['SessionClaimed'],
  RecordSpawned: 'SESSION_STEP_OUT_OF_ORDER',
  StartSetupStep: 'SESSION_STEP_OUT_OF_ORDER',
  CompleteSetupStep: 'SESSION_STEP_OUT_OF_ORDER',
  RecordStarted: 'SESSION_STEP_OUT_OF_ORDER',
  RecordBegun: 'SESSION_STEP_OUT_OF_ORDER',
  RecordMessage: ['MessageRecorded'],
  RecordUnheard: ['ModelAnswerUnheard'],
  RecordHistory: ['MessageRecorded', 'ToolInvoked', 'ToolCompleted'],
  DeferModelCall: ['ModelCallDeferred'],
  ChangeModel: ['ModelChanged'],
  CompactContext: ['ContextCompacted'],
  InvokeTool: ['ToolInvoked'],
  CompleteTool: [],
  RecordCommit: ['CommitRecorded'],
  FlagStuck: ['AgentFoundStuck', 'AgentPauseRequested'],
  ClearStuck: [],
  LoseContact: ['AgentContactLost'],
  RestoreContact: [],
  RecordCheckpoint: ['CheckpointRecorded'],
  FailCheckpoint: ['CheckpointFailed'],
  RecordConnection: ['NetworkConnectionRecorded'],
  RequestQualityCheck: ['QualityCheckRequested'],
  CompleteQualityCheck: 'SESSION_STEP_OUT_OF_ORDER',
  SkipQualityGates: ['QualityGatesSkipped'],
  SubmitReview: 'SESSION_STEP_OUT_OF_ORDER',
  DeliverMessages: [],
  AskOperator: ['AgentWaitingForOperator'],
  TakeAnswer: [],
  ExpireQuestion: [],
  ConfirmPause: [],
  ConfirmResume: [],
  RecordKillSignal: [],
  RecordKillExit: [],
  RecordKilled: [],
  CompleteAgent: ['AgentCompleted'],
  FailAgent: ['AgentFailed'],
  RecordReleased: [],
  RecordPush: ['BranchPushed'],
  RecordKept: 'SESSION_STEP_OUT_OF_ORDER',
  RecordRevisited: 'SESSION_STEP_OUT_OF_ORDER',
}
const beingKilled: Row = {
  ...live,
  InjectMessage: 'SESSION_BEING_KILLED',
  PauseAgent: 'SESSION_BEING_KILLED',
  ResumeAgent: 'SESSION_BEING_KILLED',
  RetryModelCall: 'SESSION_BEING_KILLED',
  DecideApproval: 'SESSION_BEING_KILLED',
  RequestApproval: 'SESSION_BEING_KILLED',
  RecordJudged: 'SESSION_BEING_KILLED',
  DeferModelCall: 'SESSION_BEING_KILLED',
  ChangeModel: 'SESSION_BEING_KILLED',
  CompactContext: 'SESSION_BEING_KILLED',
  TerminateAgent: 'SESSION_BEING_KILLED',
  KillAgent: [],
  StartSetupStep: 'SESSION_BEING_KILLED',
  RecordHistory: 'SESSION_BEING_KILLED',
  RecordStarted: 'SESSION_BEING_KILLED',
  InvokeTool: 'SESSION_BEING_KILLED',
  RequestQualityCheck: 'SESSION_BEING_KILLED',
  CompleteQualityCheck: 'SESSION_BEING_KILLED',
  SkipQualityGates: 'SESSION_BEING_KILLED',
  SubmitReview: 'SESSION_BEING_KILLED',
  ConfirmPause: 'SESSION_BEING_KILLED',
  ConfirmResume: 'SESSION_BEING_KILLED',
  AskOperator: 'SESSION_BEING_KILLED',
  CompleteAgent: 'SESSION_BEING_KILLED',
  FailAgent: 'SESSION_BEING_KILLED',
  FlagStuck: 'SESSION_BEING_KILLED',
}
const ended: Row = {
  ...refusing('SESSION_ENDED'),
  SpawnAgent: 'SESSION_ALREADY_EXISTS',
  AdoptAgent: 'SESSION_ALREADY_EXISTS',
  ContinueAgent: 'SESSION_NOT_OVER',
  NoteMerged: ['WorkMerged'],
  NoteLanded: ['WorkLanded'],
  NoteLandingConflicted: ['LandingConflicted'],
  NoteLandingRejected: ['LandingRejected'],
  NoteProposed: ['WorkProposed'],
  NoteProposalChecked: ['ProposalChecked'],
  NoteProposalReturned: ['ProposalReturned'],
  NoteProposalEnded: ['ProposalEnded'],
  NotePruned: ['WorkPruned'],
  NoteCheckpointsRemoved: ['CheckpointsRemoved'],
  NoteKeptCommitted: [],
  NoteKeptDiscarded: [],
  ClaimSession: ['SessionClaimed'],
  RecordConnection: ['NetworkConnectionRecorded'],
  RecordUnheard: ['ModelAnswerUnheard'],
  AllowSecret: ['SecretAllowed'],
  RecordPush: ['BranchPushed'],
  RecordKept: ['UncommittedWorkKept'],
  RecordRevisited: ['WorktreeRevisited'],
  RecordReleased: ['AgentResourcesReleased'],
}

/** One that has given back what it held as well. */
const over: Row = {
  ...ended,
  ClaimSession: 'SESSION_ENDED',
  RecordConnection: 'SESSION_ENDED',
  RecordUnheard: 'SESSION_ENDED',
  RecordReleased: [],
}

const table: Record<keyof typeof states, Row> = {
  none: {
    ...refusing('SESSION_NOT_FOUND'),
    SpawnAgent: ['AgentSpawnRequested', 'SessionClaimed'],
    AdoptAgent: ['AgentSpawnRequested', 'AgentAdopted', 'SessionClaimed'],
  },
  spawning: {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    RecordSpawned: ['AgentSpawned'],
    RecordBegun: ['AgentSpawned', 'AgentStarted', 'MessageRecorded', 'MessageRecorded'],
    StartSetupStep: ['SetupStepStarted'],
    CompleteSetupStep: ['SetupStepCompleted'],
    InvokeTool: 'SESSION_STEP_OUT_OF_ORDER',
    RecordHistory: 'SESSION_STEP_OUT_OF_ORDER',
    RecordCheckpoint: 'SESSION_STEP_OUT_OF_ORDER',
  },
  'spawning, in its place': { ...live, FlagStuck: ['AgentFoundStuck'], RecordStarted: ['AgentStarted'] },
  running: live,
  'running, tool invoked': {
    ...live,
    InvokeTool: [],
    RecordHistory: ['MessageRecorded', 'ToolCompleted'],
    CompleteTool: ['ToolCompleted'],
  },
  'running, message pending': { ...live, DeliverMessages: ['OperatorMessageDelivered'] },
  waiting: {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    InvokeTool: [],
    RecordHistory: ['MessageRecorded', 'ToolCompleted'],
    CompleteTool: ['ToolCompleted'],
    AskOperator: [],
    ExpireQuestion: ['OperatorQuestionExpired'],
  },
  'waiting, answered': {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    InvokeTool: [],
    RecordHistory: ['MessageRecorded', 'ToolCompleted'],
    CompleteTool: ['ToolCompleted'],
    AskOperator: [],
    TakeAnswer: ['OperatorMessageDelivered'],
  },
  'waiting for an approval': {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    DecideApproval: ['ApprovalDecided'],
    RequestApproval: [],
    ExpireApproval: ['ApprovalDecided'],
    WithdrawApproval: ['ApprovalWithdrawn'],
    InvokeTool: ['ApprovalWithdrawn', 'ToolInvoked'],
    RecordHistory: ['MessageRecorded', 'ApprovalWithdrawn', 'ToolInvoked', 'ToolCompleted'],
  },
  'waiting for an approval, decided': {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    DecideApproval: 'APPROVAL_DECIDED',
    RequestApproval: [],
    ApplyApproval: ['ApprovalApplied'],
    WithdrawApproval: ['ApprovalWithdrawn'],
    InvokeTool: ['ApprovalApplied', 'ToolInvoked'],
    RecordHistory: ['MessageRecorded', 'ApprovalApplied', 'ToolInvoked', 'ToolCompleted'],
  },
  'running, after an approval': { ...live, DecideApproval: 'APPROVAL_DECIDED' },
  'paused, with an approval decided': {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    PauseAgent: 'SESSION_ALREADY_PAUSED',
    ResumeAgent: ['AgentResumeRequested'],
    DecideApproval: 'APPROVAL_DECIDED',
    RequestApproval: [],
    ApplyApproval: ['ApprovalApplied'],
    WithdrawApproval: ['ApprovalWithdrawn'],
    InvokeTool: ['ApprovalApplied', 'ToolInvoked'],
    RecordHistory: ['MessageRecorded', 'ApprovalApplied', 'ToolInvoked', 'ToolCompleted'],
  },
  'waiting for the model': {
    ...live,
    RetryModelCall: ['ModelCallRetryRequested'],
    RecordMessage: ['ModelCallResumed', 'MessageRecorded'],
    RecordHistory: ['ModelCallResumed', 'MessageRecorded', 'ToolInvoked', 'ToolCompleted'],
  },
  'waiting for the model, not any longer': {
    ...live,
    RetryModelCall: [],
    RecordMessage: ['ModelCallResumed', 'MessageRecorded'],
    RecordHistory: ['ModelCallResumed', 'MessageRecorded', 'ToolInvoked', 'ToolCompleted'],
  },
  pausing: {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    PauseAgent: 'SESSION_ALREADY_PAUSED',
    ResumeAgent: ['AgentResumeRequested'],
    ConfirmPause: ['AgentPaused'],
  },
  paused: {
    ...live,
    FlagStuck: ['AgentFoundStuck'],
    PauseAgent: 'SESSION_ALREADY_PAUSED',
    ResumeAgent: ['AgentResumeRequested'],
  },
  resuming: { ...live, FlagStuck: ['AgentFoundStuck'], ResumeAgent: [], ConfirmResume: ['AgentResumed'] },
  terminating: { ...live, TerminateAgent: [] },
  killing: { ...beingKilled, RecordKillSignal: ['AgentKillSignalled'] },
  'killing, signalled': { ...beingKilled, RecordKillExit: ['AgentKillExitObserved'] },
  'killing, exited': { ...beingKilled, RecordKilled: ['AgentDescendantsCleared', 'AgentKilled'] },
  completed: ended,
  failed: ended,
  killed: ended,
  'running, its change looked at': {
    ...live,
    RequestQualityCheck: [],
    CompleteQualityCheck: ['QualityCheckCompleted'],
  },
  'running, its change approved': live,
  'running, a secret allowed': { ...live, AllowSecret: [] },
  'running, with a commit that could not be pushed': { ...live, RecordCommit: ['BranchPushed'] },
  'running, found stuck': { ...live, ClearStuck: ['AgentGotOn'] },
  'running, contact with it lost': { ...live, LoseContact: [], RestoreContact: ['AgentContactRestored'] },
  'running, with a checkpoint': { ...live, RecordCheckpoint: [] },
  'running, its files not kept': { ...live, FailCheckpoint: [] },
  'completed, its changes kept': {
    ...ended,
    RecordKept: [],
    NoteKeptCommitted: ['CommitRecorded', 'KeptWorkCommitted'],
    NoteKeptDiscarded: ['KeptWorkDiscarded'],
  },
  'completed, its changes kept and committed by a person': ended,
  'completed, its changes kept and given up': ended,
  released: { ...over, ContinueAgent: ['AgentContinued'] },
  'released, with work left in its worktree': { ...over, ContinueAgent: ['AgentContinued'], RecordRevisited: [] },
  continued: { ...over, ContinueAgent: 'SESSION_CONTINUED' },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([command, cell]) => ({ state: state as keyof typeof states, command, cell })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const decided = agentSession.decide(commands[command as CommandType] as Command, fold(states[state]))
  const answer = decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
  expect(answer).toEqual(cell)
})

test('the status after every event is the one that readers are told', () => {
  for (const history of Object.values(states)) {
    let expected: AgentSession['status'] = 'none'
    let state = agentSession.initialState
    for (const event of history as readonly AgentSessionEvent[]) {
      state = agentSession.evolve(state, event)
      expected = statusAfter[event.type] ?? expected
      expect(state.status).toBe(expected)
    }
  }
})
