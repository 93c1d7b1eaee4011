import type { AgentSessionEvent, AgentSessionRejection } from '@mosaic/contracts/agent-session'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { CommandOf, CommandType } from '../commands.ts'
import type { EndedSession, LiveSession } from '../state.ts'

export type Decision = Result<readonly AgentSessionEvent[], Rejection<AgentSessionRejection>>

/** One function per command, for a session that has not ended. */
export type Deciders = { [Type in CommandType]: (command: CommandOf<Type>, live: LiveSession) => Decision }
/** For one that has: whatever is not here is refused. */
export type EndedDeciders = { [Type in CommandType]?: (command: CommandOf<Type>, ended: EndedSession) => Decision }

export const nothing: Decision = ok([])
export const only = (...events: AgentSessionEvent[]): Decision => ok(events)
export const refuse = (code: AgentSessionRejection, message: string): Decision => err({ code, message })

export const beingKilled = () => refuse('SESSION_BEING_KILLED', 'the session is being killed')
export const outOfOrder = (message: string) => refuse('SESSION_STEP_OUT_OF_ORDER', message)
export const alreadyExists = () => refuse('SESSION_ALREADY_EXISTS', 'the session exists already')
export const isOver = ({ status }: EndedSession) => refuse('SESSION_ENDED', `the session is ${status}`)

/** The fact that a command reports: all that it carries. */
export function factOf<Reported extends { readonly type: CommandType; readonly epoch?: number }>(
  report: Reported,
  { spec }: Pick<LiveSession, 'spec'>,
) {
  const { type: _, epoch: __, ...data } = report
  return { sessionId: spec.sessionId, ...data }
}
