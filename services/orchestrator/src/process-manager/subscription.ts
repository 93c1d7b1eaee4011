import { type AgentSessionEventType, statusAfter } from '@mosaic/contracts/agent-session'

/** The bulk of the log: what is said and done inside a session. The roster does not need it, and a start is fast without. */
const inner = ['MessageRecorded', 'ToolInvoked', 'ToolCompleted', 'CommitRecorded'] as const

const isInner = (type: string) => (inner as readonly string[]).includes(type)

/** Every event type that the process manager follows. */
export const handledTypes: readonly string[] = [
  ...(Object.keys(statusAfter) as AgentSessionEventType[]).filter((type) => !isInner(type)),
  'TaskAssigned',
  'TaskCompleted',
  'TaskFailed',
  'KillAllRequested',
  'KillAllCompleted',
  'WorkspaceCreated',
]
