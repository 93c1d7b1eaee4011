import type { EventStore } from '@mosaic/event-store'
import { isLive } from '../domain/agent-session/index.ts'
import { Journal, type Observed } from './journal.ts'

/** The journals of the sessions that are alive, and for a moment those that somebody asks about. */
export type Journals = {
  /** The session's journal, read from the log the first time. A session that is not there has no events. */
  open(sessionId: string): Promise<Journal>
  /** The journal, when it is in memory. */
  held(sessionId: string): Journal | undefined
  /** Forgets the journal of a session that has ended or never was. */
  letGo(sessionId: string): void
  readonly count: number
}

export function createJournals(store: EventStore, onEvent: (observed: Observed) => void): Journals {
  const opening = new Map<string, Promise<Journal>>()
  const held = new Map<string, Journal>()

  const open = async (sessionId: string) => {
    const journal = new Journal(store, sessionId)
    journal.onEvent(onEvent)
    await journal.catchUp()
    held.set(sessionId, journal)
    return journal
  }

  return {
    open(sessionId) {
      const known = opening.get(sessionId)
      if (known) return known
      const opened = open(sessionId)
      opening.set(sessionId, opened)
      opened.catch(() => opening.delete(sessionId))
      return opened
    },
    held: (sessionId) => held.get(sessionId),
    letGo(sessionId) {
      const journal = held.get(sessionId)
      if (journal && isLive(journal.session)) return
      held.delete(sessionId)
      opening.delete(sessionId)
    },
    get count() {
      return held.size
    },
  }
}
