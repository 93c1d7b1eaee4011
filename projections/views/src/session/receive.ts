import type { SessionView } from '@mosaic/contracts/agent-session'
import { foldEvent, type RecordedEvent, type UnreadableEvent } from '@mosaic/contracts/kernel'
import { sessionEventOf } from './recorded.ts'
import { sessionView } from './session.ts'

/**
 * What is known of a session once an event of its stream could not be read: all that was known, and that there is a
 * hole. The first one counts; what comes after it is folded as far as it can be read.
 */
export const passOver = <Session extends Pick<SessionView, 'unreadable' | 'revision' | 'position'>>(
  session: Session,
  unreadable: UnreadableEvent,
): Session => {
  const { revision, position } = unreadable
  return revision <= session.revision
    ? session
    : { ...session, unreadable: session.unreadable ?? unreadable, revision, position }
}

/**
 * What an event of a session's stream makes of the session as a surface has it. `behind`: events before it were
 * missed, so the read model has to be asked.
 */
export function receiveSession(known: SessionView | undefined, recorded: RecordedEvent): SessionView | 'behind' {
  const expected = known ? known.revision + 1 : 0
  if (recorded.revision > expected) return 'behind'
  const event = sessionEventOf(recorded)
  if (event) return foldEvent(sessionView, known, event) ?? 'behind'
  // Whether it is a newer program's fact or can be read by nobody, the read model says.
  return known && recorded.revision < expected ? known : 'behind'
}
