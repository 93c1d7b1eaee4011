import type { Command, CommandType } from './commands.ts'
import type { AgentSession } from './state.ts'

/** What leads to a session's end, and nothing besides; who is to see to it claims the session first. */
const ending: ReadonlySet<CommandType> = new Set<CommandType>([
  'KillAgent',
  'TerminateAgent',
  'ClaimSession',
  'RecordKillSignal',
  'RecordKillExit',
  'RecordKilled',
  'CompleteAgent',
  'FailAgent',
  'RecordKept',
  'RecordReleased',
])

/**
 * Whether a command is decided even where the session's stream holds an event that cannot be read: nothing may stand
 * between a person and the stop. Of a session whose beginning cannot be read there is nothing to end.
 */
export const isEnding = (command: Command, session: AgentSession): boolean =>
  session.status !== 'none' && ending.has(command.type)
