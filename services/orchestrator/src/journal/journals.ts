import type { UnreadableEvent } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import { isLive } from '../domain/agent-session/index.ts'
import { Journal, type Observed } from './journal.ts'

/** Is told of what the journals read and write. */
export type JournalsObserver = {
  event(observed: Observed): void
  unreadable(sessionId: string, unreadable: UnreadableEvent): void
}

/** The journals of the sessions that are alive, and for a moment those that somebody asks about. */
export type Journals = {
  /** The session's journal, read from the log the first time. A session that is not there has no events. */
  open(sessionId: string): Promise<Journal>
  /** Opens the journal for the time of this work; it stays in memory while its session is alive. */
  use<T>(sessionId: string, work: (journal: Journal) => Promise<T>): Promise<T>
  /** The journal, when it is in memory. */
  held(sessionId: string): Journal | undefined
  /** Forgets the journal of a session that has ended or never was. */
  letGo(sessionId: string): void
}

export function createJournals(store: EventStore, observer: JournalsObserver): Journals {
  const opening = new Map<string, Promise<Journal>>()
  const held = new Map<string, Journal>()

  const read = async (sessionId: string) => {
    const journal = new Journal(store, sessionId)
    journal.onEvent((observed) => observer.event(observed))
    journal.onUnreadable((unreadable) => observer.unreadable(sessionId, unreadable))
    await journal.catchUp()
    held.set(sessionId, journal)
    return journal
  }
  const open = (sessionId: string) => {
    const known = opening.get(sessionId)
    if (known) return known
    const opened = read(sessionId)
    opening.set(sessionId, opened)
    opened.catch(() => opening.delete(sessionId))
    return opened
  }
  const letGo = (sessionId: string) => {
    const journal = held.get(sessionId)
    if (journal && isLive(journal.session)) return
    held.delete(sessionId)
    opening.delete(sessionId)
  }

  return {
    open,
    letGo,
    held: (sessionId) => held.get(sessionId),
    async use(sessionId, work) {
      const journal = await open(sessionId)
      try {
        return await work(journal)
      } finally {
        letGo(sessionId)
      }
    },
  }
}
