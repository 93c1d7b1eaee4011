import {
  agentSessionEvents,
  type AgentSessionEvent,
  type AgentSessionEventType,
  type SessionView,
} from '@mosaic/contracts/agent-session'
import type { Fact, View } from '@mosaic/contracts/kernel'
import { type ActivityEvent, activityOf, activityTypes, noActivity } from './activity.ts'
import { lifecycleView, traceOf } from './lifecycle.ts'

export type SessionEvent = Fact<AgentSessionEvent>

/** A session as roster, panel header and `agent show` present it: its life, and what it says and does. */
export const sessionView: View<SessionView, SessionEvent> = {
  version: 23,
  handles: Object.keys(agentSessionEvents) as AgentSessionEventType[],
  keyOf: (event) => [event.data.sessionId],
  begin(event) {
    const begun = isActivity(event) ? undefined : lifecycleView.begin(event)
    return begun && { ...begun, ...noActivity }
  },
  evolve(session, event) {
    if (event.revision <= session.revision) return session
    return isActivity(event)
      ? { ...session, ...activityOf(session, event), ...traceOf(event) }
      : { ...session, ...lifecycleView.evolve(session, event) }
  },
}

const isActivity = (event: SessionEvent): event is ActivityEvent =>
  (activityTypes as readonly AgentSessionEventType[]).includes(event.type)
