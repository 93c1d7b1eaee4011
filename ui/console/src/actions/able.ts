import { hasEnded, type RuntimeCapabilities, type SessionView } from '@mosaic/contracts/agent-session'
import { cannotBeRead } from '@mosaic/client'

export type Steered = Pick<SessionView, 'status' | 'pending' | 'unreadable'>

/** What can be done to a session now, by whoever may. It follows from how it is and from what runs it. */
export function ableTo(session: Steered, { pause, bargeIn }: Pick<RuntimeCapabilities, 'pause' | 'bargeIn'>) {
  const { status, pending, unreadable } = session
  const end = !hasEnded(status) && pending !== 'kill'
  const goesOn = end && unreadable === null
  const settled = goesOn && pending === null && pause !== 'none'
  return {
    end,
    pause: settled && status !== 'paused',
    resume: settled && status === 'paused',
    /** Taken up by another session: its conversation goes on, or its task is begun anew. */
    takeUp: hasEnded(status),
    speak: goesOn && bargeIn !== 'none',
    /** Why nothing can be said to it although it has not ended; `null` when that needs no word. */
    whyMute: !end
      ? null
      : unreadable
        ? `It ${cannotBeRead(unreadable)}. It is not run on, and can only be ended.`
        : bargeIn === 'none'
          ? 'What runs this agent takes no messages.'
          : null,
  }
}
