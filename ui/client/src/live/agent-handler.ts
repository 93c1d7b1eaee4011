import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { Recorded, RecordedEvent } from '@mosaic/contracts/kernel'
import { sessionEventOf } from '@mosaic/views'
import type { Handler } from './subscription.ts'

/** Who listens to one agent. `event.type` tells what `event.data` is. */
export type AgentHandler = Omit<Handler, 'event'> & {
  event(event: Recorded<AgentSessionEvent>): void
  /** It is of a program newer than this one, or damaged. */
  unreadable?(event: RecordedEvent): void
  /** What comes after this revision of its stream; all of it where none is given. */
  readonly afterRevision?: number
}

export const typed = ({ event: onEvent, unreadable, ...rest }: Omit<AgentHandler, 'afterRevision'>): Handler => ({
  ...rest,
  event(recorded) {
    const event = sessionEventOf(recorded)
    if (event) onEvent(event)
    else unreadable?.(recorded)
  },
})
