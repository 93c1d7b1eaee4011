import type { EventsOf } from '../../kernel/index.ts'
import { approvalEvents } from './approvals.ts'
import { attentionEvents } from './attention.ts'
import { controlEvents } from './control.ts'
import { lifeEvents } from './life.ts'
import { messageEvents } from './messages.ts'
import { qualityEvents } from './quality.ts'
import { relayedEvents } from './relayed.ts'
import { stepEvents } from './steps.ts'
import { terminalEvents } from './terminal.ts'
import { workEvents } from './work.ts'

/** Facts of `agentSessionStream`. Side effects are recorded before (…Requested) and after. */
export const agentSessionEvents = {
  ...lifeEvents,
  ...stepEvents,
  ...relayedEvents,
  ...messageEvents,
  ...controlEvents,
  ...approvalEvents,
  ...attentionEvents,
  ...workEvents,
  ...qualityEvents,
  ...terminalEvents,
}

export type AgentSessionEvent = EventsOf<typeof agentSessionEvents>
export type AgentSessionEventType = AgentSessionEvent['type']
export type AgentSessionEventOf<Type extends AgentSessionEventType> = Extract<AgentSessionEvent, { type: Type }>
