export {
  allowSecret,
  branchName,
  continueAgent,
  injectMessage,
  killAgent,
  pauseAgent,
  pushWork,
  repositoryAddress,
  resumeAgent,
  retryAgent,
  retryModelCall,
  spawnAgent,
  terminateAgent,
} from './commands.ts'
export type { ContinueAgent, RetryAgent, SpawnAgent, SpawnAgentInput } from './commands.ts'
export { agentSessionEvents } from './events/index.ts'
export type { AgentSessionEvent, AgentSessionEventOf, AgentSessionEventType } from './events/index.ts'
export { statusAfter } from './status-after.ts'
export { connectionOutcome, connectionReason, hostRule, network } from './network.ts'
export type { ConnectionOutcome, ConnectionReason, HostRule, Network } from './network.ts'
export {
  bargeInMeaning,
  capabilitiesOf,
  internalCapabilities,
  pauseMeaning,
  agentName,
  runtimeCapabilities,
  runtimeKind,
  sessionAtProvider,
} from './runtime.ts'
export type {
  BargeInMeaning,
  InternalRuntime,
  PauseMeaning,
  Runtime,
  RuntimeCapabilities,
  RuntimeKind,
  SessionAtProvider,
} from './runtime.ts'
export {
  discardWork,
  keepWork,
  mergeWork,
  patchOf,
  pruneStored,
  pruneWork,
  workLook,
  workPatch,
  type WorkLook,
} from './work.ts'
export { plannedSpawn, spawnBody, type PlannedSpawn } from './planned-spawn.ts'
export {
  mostTyped,
  releaseTerminal,
  resizeTerminal,
  takeTerminal,
  terminalCommand,
  terminalSize,
  typeInTerminal,
  typist,
  usualSize,
  isTooOften,
  repeatedFunctions,
} from './terminal.ts'
export type { TerminalSize, Typist } from './terminal.ts'
export { terms, termsAsked, workerLabel } from './terms.ts'
export { agentSessionStream } from './stream.ts'
export { agentSessionRejections, type AgentSessionRejection } from './rejections.ts'
export {
  type ModelCall,
  modelCall,
  type ModelCallWhole,
  modelCallWhole,
  conversationEntry,
  sessionTree,
  sessionView,
} from './views.ts'
export type { ConversationEntry, SessionTree, SessionView } from './views.ts'
export {
  allowedSecret,
  agentType,
  checkpoint,
  compaction,
  completion,
  contentBlock,
  deferralReason,
  endedStatuses,
  failureCode,
  isBudgetWait,
  hasEnded,
  killProof,
  leftWork,
  killStep,
  maximumMessageBytes,
  mayHaveCost,
  messageRole,
  type ModelChoice,
  modelChoice,
  modelProvider,
  operatorText,
  push,
  type RecordedText,
  type RelayedOutcome,
  sandboxGuarantees,
  sandboxKind,
  sessionStatus,
  stuckPolicy,
  stuckReason,
  taskSource,
  usage,
  usageTotal,
} from './vocabulary.ts'
export type {
  AgentType,
  AllowedSecret,
  Checkpoint,
  Completion,
  ContentBlock,
  BudgetWait,
  DeferralReason,
  WaitReason,
  EndedStatus,
  FailureCode,
  KeptWork,
  LeftWork,
  KillProof,
  KillStep,
  MessageRole,
  Push,
  SandboxGuarantees,
  SandboxKind,
  SessionStatus,
  StuckPolicy,
  StuckReason,
  TaskSource,
  Usage,
  UsageTotal,
  Workplace,
} from './vocabulary.ts'
