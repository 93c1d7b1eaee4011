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
export { agentSessionEvents, statusAfter } from './events.ts'
export type { AgentSessionEvent, AgentSessionEventOf, AgentSessionEventType } from './events.ts'
export { connectionOutcome, connectionReason, hostRule, network } from './network.ts'
export type { ConnectionOutcome, ConnectionReason, HostRule, Network } from './network.ts'
export {
  bargeInMeaning,
  capabilitiesOf,
  internalCapabilities,
  pauseMeaning,
  runtimeCapabilities,
  runtimeKind,
} from './runtime.ts'
export type {
  BargeInMeaning,
  InternalRuntime,
  PauseMeaning,
  Runtime,
  RuntimeCapabilities,
  RuntimeKind,
} from './runtime.ts'
export { mergeWork, patchOf, pruneWork, workLook, workPatch, type WorkLook } from './work.ts'
export { agentSessionStream } from './stream.ts'
export { agentSessionRejections, type AgentSessionRejection } from './rejections.ts'
export { conversationEntry, sessionTree, sessionView } from './views.ts'
export type { ConversationEntry, SessionTree, SessionView } from './views.ts'
export {
  agentType,
  compaction,
  contentBlock,
  deferralReason,
  endedStatuses,
  failureCode,
  hasEnded,
  killProof,
  killStep,
  maximumMessageBytes,
  messageRole,
  modelProvider,
  operatorText,
  push,
  sandboxGuarantees,
  sandboxKind,
  sessionStatus,
  taskSource,
  usage,
  usageTotal,
} from './vocabulary.ts'
export type {
  AgentType,
  AllowedSecret,
  ContentBlock,
  DeferralReason,
  EndedStatus,
  FailureCode,
  KeptWork,
  KillProof,
  KillStep,
  MessageRole,
  Push,
  SandboxGuarantees,
  SandboxKind,
  SessionStatus,
  TaskSource,
  Usage,
  UsageTotal,
  Workplace,
} from './vocabulary.ts'
