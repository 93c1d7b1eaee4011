import { type AgentSessionEvent, agentSessionEvents, type AgentSessionEventType } from '@mosaic/contracts/agent-session'
import type { Actor } from '@mosaic/contracts/kernel'
import type { LogEvent } from '@mosaic/event-store'

/** A session's event with where it stands and who brought it about. */
export type Observed = {
  readonly event: AgentSessionEvent
  readonly sessionId: string
  readonly revision: number
  readonly position: string
  readonly occurredAt: Date
  readonly workspaceId: string
  readonly actor: Actor
}

/** A recorded event of any vocabulary, as an event of agent sessions. */
export function observe(recorded: LogEvent): Observed | undefined {
  if (!isSessionEvent(recorded)) return undefined
  const { revision, position, metadata } = recorded
  return {
    event: recorded,
    sessionId: recorded.data.sessionId,
    revision,
    position,
    occurredAt: new Date(metadata.occurredAt),
    workspaceId: metadata.workspaceId,
    actor: metadata.actor,
  }
}

const isSessionEvent = (event: LogEvent): event is LogEvent & { type: AgentSessionEventType } =>
  Object.hasOwn(agentSessionEvents, event.type)
