export type { AgentProvider, Sender, StreamReader, StreamSubscription, Viewer } from './provider.ts'
export { type AgentPresetView, agentPresetView } from './preset.ts'
