export type { ToolCall, ToolContext, ToolOutcome } from './contract.ts'
export {
  type SandboxTool,
  type ToolDefinition,
  toolDefinitions,
  type ToolInput,
  toolInputs,
  type ToolName,
} from './definitions.ts'
export { executeTool, isSandboxTool } from './execute-tool.ts'
export { redact } from './redaction.ts'
