import type { SessionView } from '@mosaic/contracts/agent-session'
import { foldEvent, type RecordedEvent } from '@mosaic/contracts/kernel'
import { sessionEventOf } from './recorded.ts'
import { sessionView } from './session.ts'

/**
 * What an event of a session's stream makes of the session as a surface has it. `behind`: events before it were
 * missed, so the read model has to be asked.
 */
export function receiveSession(known: SessionView | undefined, recorded: RecordedEvent): SessionView | 'behind' {
  const expected = known ? known.revision + 1 : 0
  if (recorded.revision > expected) return 'behind'
  const event = sessionEventOf(recorded)
  if (event) return foldEvent(sessionView, known, event) ?? 'behind'
  // A newer program's fact: passed over, but nothing is missing.
  if (!known) return 'behind'
  const { revision, position } = recorded
  return revision === expected ? { ...known, revision, position } : known
}
