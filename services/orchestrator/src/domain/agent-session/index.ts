import type { AgentSessionEvent, AgentSessionRejection } from '@mosaic/contracts/agent-session'
import type { Decider } from '@mosaic/contracts/kernel'
import type { Command } from './commands.ts'
import { decide } from './decide.ts'
import { evolve } from './evolve.ts'
import type { AgentSession } from './state.ts'

export const agentSession: Decider<AgentSession, Command, AgentSessionEvent, AgentSessionRejection> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}

export type {
  Command,
  CommandOf,
  CommandType,
  ExternalCommand,
  HistoryStep,
  Queued,
  Report,
  WorkReport,
} from './commands.ts'
export { isEnding } from './ending.ts'
export { nextClaim } from './evolve.ts'
export { isLive } from './state.ts'
export type { AgentSession, EndedSession, LiveSession, Place, Spec } from './state.ts'
