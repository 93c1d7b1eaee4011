import { agentSessionEvents, type AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { parseEvent, type Recorded, type RecordedEvent } from '@mosaic/contracts/kernel'

export type SessionFact = Recorded<AgentSessionEvent>

/** The event with parsed data, or null when this page does not know it (a newer server). */
export function sessionFact(event: RecordedEvent): SessionFact | null {
  const { type, data, metadata } = event
  const parsed = parseEvent(agentSessionEvents, { type, data, schemaVersion: metadata.schemaVersion })
  // parseEvent has checked the data against the schema of this very type.
  return parsed.ok ? ({ ...event, data: parsed.data } as SessionFact) : null
}
