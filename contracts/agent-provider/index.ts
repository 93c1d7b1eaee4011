export {
  addAgentProvider,
  agentProviderCredential,
  changeAgentProvider,
  testAgentProvider,
  type AddAgentProvider,
  type ChangeAgentProvider,
} from './commands.ts'
export { type AgentProviderEvent, agentProviderEvents } from './events.ts'
export { type AgentProviderKind, agentProviderKind, agentProviderKinds } from './kinds.ts'
export type { AgentProvider, Sender, StreamReader, StreamSubscription, Viewer } from './provider.ts'
export { type AgentPresetView, agentPresetView } from './preset.ts'
export {
  noProviders,
  originOf,
  providersAfter,
  type ConfiguredProvider,
  type ConfiguredProviders,
} from './providers.ts'
export { agentProviderRejections, type AgentProviderRejection } from './rejections.ts'
export { agentProvidersStream } from './stream.ts'
export {
  agentProviderState,
  agentProviderTest,
  agentProviderView,
  providerSilenceMs,
  providerStateOf,
  type AgentProviderState,
  type AgentProviderTest,
  type AgentProviderView,
} from './views.ts'
export {
  agentProviderAddress,
  agentProviderName,
  agentProviderToken,
  contactFault,
  providerIdentity,
  type ContactFault,
  type ProviderIdentity,
} from './vocabulary.ts'
