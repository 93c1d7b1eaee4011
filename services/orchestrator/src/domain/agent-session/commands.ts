import type { AgentSessionEventOf, AgentSessionEventType, StuckPolicy, Typist } from '@mosaic/contracts/agent-session'

type Data<Type extends AgentSessionEventType> = Omit<AgentSessionEventOf<Type>['data'], 'sessionId'>

/** How many live, of how many at a time. */
export type Queued = Data<'AgentQueued'>

/** What people and other services ask for. Ids come in on the command. */
export type ExternalCommand =
  /** `ownerId` claims the session at once, for whoever decides that it runs it; `queued`: unless there is no room for it. */
  | {
      readonly type: 'SpawnAgent'
      readonly spec: AgentSessionEventOf<'AgentSpawnRequested'>['data']
      readonly ownerId: string
      readonly queued: Queued | null
    }
  /** It is at a provider already. */
  | {
      readonly type: 'AdoptAgent'
      readonly spec: AgentSessionEventOf<'AgentSpawnRequested'>['data']
      readonly ownerId: string
      readonly adopted: Data<'AgentAdopted'>
    }
  | {
      readonly type: 'InjectMessage'
      readonly messageId: string
      readonly text: string
      readonly operatorName: string
      readonly pauseBeforeSend: boolean
    }
  | { readonly type: 'PauseAgent'; readonly reason: string | null }
  | { readonly type: 'ResumeAgent' }
  | { readonly type: 'RetryModelCall' }
  /** `at`: when it was said. */
  | ({ readonly type: 'DecideApproval'; readonly at: string } & Omit<Data<'ApprovalDecided'>, 'by'>)
  | ({ readonly type: 'TakeTerminal' } & Typist)
  | ({ readonly type: 'ReleaseTerminal' } & Typist)
  | ({ readonly type: 'AllowSecret' } & Data<'SecretAllowed'>)
  | { readonly type: 'ContinueAgent'; readonly successorSessionId: string }
  | ({ readonly type: 'NoteMerged' } & Data<'WorkMerged'>)
  | ({ readonly type: 'NoteLanded' } & Data<'WorkLanded'>)
  | ({ readonly type: 'NoteLandingConflicted' } & Data<'LandingConflicted'>)
  | ({ readonly type: 'NoteLandingRejected' } & Data<'LandingRejected'>)
  | ({ readonly type: 'NoteProposed' } & Data<'WorkProposed'>)
  | ({ readonly type: 'NoteProposalChecked' } & Data<'ProposalChecked'>)
  | ({ readonly type: 'NoteProposalReturned' } & Data<'ProposalReturned'>)
  | ({ readonly type: 'NoteProposalEnded' } & Data<'ProposalEnded'>)
  | ({ readonly type: 'NoteKeptCommitted' } & Data<'KeptWorkCommitted'> & Data<'CommitRecorded'>)
  | ({ readonly type: 'NoteKeptDiscarded' } & Data<'KeptWorkDiscarded'>)
  | ({ readonly type: 'NoteCheckpointsRemoved' } & Data<'CheckpointsRemoved'>)
  | ({ readonly type: 'NotePruned' } & Data<'WorkPruned'>)
  /** `tree`: and all that live below it. */
  | { readonly type: 'TerminateAgent'; readonly note: string | null; readonly tree: boolean }
  | {
      readonly type: 'KillAgent'
      readonly reason: string | null
      readonly killAllId: string | null
      readonly tree: boolean
    }

/** Runs the session from now on. `after`: the epoch whose owner is gone, 0 where there is none yet. */
export type ClaimSession = { readonly type: 'ClaimSession'; readonly ownerId: string; readonly after: number }

/** What the session's runner reports: facts that it observed, and the steps that it is about to take. */
export type Report =
  | ({ readonly type: 'RecordSpawned' } & Data<'AgentSpawned'>)
  | { readonly type: 'RecordStarted'; readonly resumed: boolean }
  /** Both at once, and what the model is told first. `starts`: unless it stands still. */
  | {
      readonly type: 'RecordBegun'
      readonly place: Data<'AgentSpawned'>['place']
      readonly starts: Data<'AgentStarted'> | null
      readonly told: readonly Data<'MessageRecorded'>[]
    }
  | ({ readonly type: 'StartSetupStep' } & Data<'SetupStepStarted'>)
  | ({ readonly type: 'CompleteSetupStep' } & Data<'SetupStepCompleted'>)
  | ({ readonly type: 'RecordMessage' } & Data<'MessageRecorded'>)
  /** What was said and done elsewhere, in its order: all of it or nothing. */
  | { readonly type: 'RecordHistory'; readonly steps: readonly HistoryStep[] }
  | ({ readonly type: 'RecordUnheard' } & Data<'ModelAnswerUnheard'>)
  | ({ readonly type: 'RecordTexts' } & Data<'ModelTextsRecorded'>)
  | ({ readonly type: 'RecordRelayed' } & Data<'ModelCallRelayed'>)
  | ({ readonly type: 'DeferModelCall' } & Data<'ModelCallDeferred'>)
  | ({ readonly type: 'ChangeModel' } & Data<'ModelChanged'>)
  | ({ readonly type: 'RecordProgram' } & Data<'AgentProgramStarted'>)
  | ({ readonly type: 'CompactContext' } & Data<'ContextCompacted'>)
  | ({ readonly type: 'InvokeTool' } & Data<'ToolInvoked'>)
  | ({ readonly type: 'CompleteTool' } & Data<'ToolCompleted'>)
  | ({ readonly type: 'RecordCommit' } & Data<'CommitRecorded'>)
  | ({ readonly type: 'FlagStuck'; readonly policy: StuckPolicy } & Omit<Data<'AgentFoundStuck'>, 'response'>)
  | { readonly type: 'ClearStuck' }
  | ({ readonly type: 'LoseContact' } & Data<'AgentContactLost'>)
  | { readonly type: 'RestoreContact' }
  | ({ readonly type: 'RecordCheckpoint' } & Data<'CheckpointRecorded'>)
  | ({ readonly type: 'FailCheckpoint' } & Data<'CheckpointFailed'>)
  | ({ readonly type: 'RecordConnection' } & Data<'NetworkConnectionRecorded'>)
  | ({ readonly type: 'RequestQualityCheck' } & Data<'QualityCheckRequested'>)
  | ({ readonly type: 'CompleteQualityCheck' } & Data<'QualityCheckCompleted'>)
  | ({ readonly type: 'SkipQualityGates' } & Data<'QualityGatesSkipped'>)
  | ({ readonly type: 'SubmitReview' } & Omit<Data<'ReviewSubmitted'>, 'of'>)
  | { readonly type: 'DeliverMessages'; readonly turn: number }
  | ({ readonly type: 'AskOperator' } & Data<'AgentWaitingForOperator'>)
  | { readonly type: 'TakeAnswer'; readonly questionId: string; readonly turn: number }
  | { readonly type: 'ExpireQuestion'; readonly questionId: string; readonly answer: string }
  | ({ readonly type: 'RequestApproval' } & Data<'ApprovalRequested'>)
  | { readonly type: 'ExpireApproval'; readonly approvalId: string }
  | { readonly type: 'ApplyApproval'; readonly approvalId: string }
  | ({ readonly type: 'WithdrawApproval' } & Data<'ApprovalWithdrawn'>)
  | ({ readonly type: 'RecordJudged' } & Data<'CallJudged'>)
  | ({ readonly type: 'RecordCallChanged' } & Data<'AllowedCallChanged'>)
  | ({ readonly type: 'RecordTyped' } & Data<'TerminalTyped'>)
  | { readonly type: 'ConfirmPause' }
  | { readonly type: 'ConfirmResume' }
  | ({ readonly type: 'RecordKillSignal' } & Data<'AgentKillSignalled'>)
  | { readonly type: 'RecordKillExit' }
  | ({ readonly type: 'RecordKilled' } & Data<'AgentKilled'>)
  | { readonly type: 'CompleteAgent'; readonly outcome: 'finished' | 'terminated'; readonly summary: string }
  | ({ readonly type: 'FailAgent' } & Data<'AgentFailed'>)
  | ({ readonly type: 'RecordReleased' } & Data<'AgentResourcesReleased'>)
  | WorkReport

export type HistoryStep = Extract<Report, { readonly type: 'RecordMessage' | 'InvokeTool' | 'CompleteTool' }>

/** What became of a session's work: as true from whoever finds it, also when nobody runs the session any more. */
export type WorkReport =
  | ({ readonly type: 'RecordPush' } & Data<'BranchPushed'>)
  | ({ readonly type: 'RecordKept' } & Data<'UncommittedWorkKept'>)
  | ({ readonly type: 'RecordRevisited' } & Data<'WorktreeRevisited'>)

/** A report says under which claim it is made: an owner of an earlier epoch is refused. */
export type RunnerCommand = Report & { readonly epoch: number }

export type Command = ExternalCommand | ClaimSession | RunnerCommand | WorkReport
export type CommandType = Command['type']
export type CommandOf<Type extends CommandType> = Extract<Command, { type: Type }>
