import { agentSessionEvents, type AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { parseEvent, type Recorded, type RecordedEvent } from '@mosaic/contracts/kernel'

/** A session's event as the wire carries it, parsed; null when it is none, or none that this program knows. */
export function sessionEventOf(event: RecordedEvent): Recorded<AgentSessionEvent> | null {
  const { type, data, metadata } = event
  const parsed = parseEvent(agentSessionEvents, { type, data, schemaVersion: metadata.schemaVersion })
  // parseEvent has checked the data against the schema of this very type.
  return parsed.ok ? ({ ...event, data: parsed.data } as Recorded<AgentSessionEvent>) : null
}
