export type { AgentProvider, Sender, StreamReader, StreamSubscription, Viewer } from './provider.ts'
