export type { ToolCall, ToolContext, ToolOutcome } from './contract.ts'
