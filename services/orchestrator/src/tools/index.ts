export { type SandboxTool, toolDefinitions, type ToolInput, toolInputs, type ToolName } from './definitions.ts'
export { executeTool } from './execute-tool.ts'
