import type { UnreadableEvent } from '@mosaic/contracts/kernel'
import type { EventStore } from '@mosaic/event-store'
import { isLive } from '../domain/agent-session/index.ts'
import { Journal } from './journal.ts'
import type { Observed } from './observed.ts'

/** Is told of what the journals read and write. */
export type JournalsObserver = {
  event(observed: Observed): void
  unreadable(sessionId: string, unreadable: UnreadableEvent): void
}

/** The journals of the sessions that are alive, and of others while somebody uses them: one of each, ever. */
export type Journals = {
  /**
   * Opens the journal for the time of this work, read from the log unless it is in memory. A session that is not there
   * has no events.
   * @param isNew it is about to begin and need not be read: where it has begun after all, its first append finds that out.
   */
  use<T>(sessionId: string, work: (journal: Journal) => Promise<T>, isNew?: boolean): Promise<T>
  /** The journal, when it is in memory. */
  held(sessionId: string): Journal | undefined
  /** Forgets the journal of a session that has ended or never was, unless somebody uses it. */
  letGo(sessionId: string): void
}

type Entry = { readonly opened: Promise<Journal>; journal?: Journal; users: number }

export function createJournals(store: EventStore, observer: JournalsObserver): Journals {
  const entries = new Map<string, Entry>()

  const open = (sessionId: string, isNew: boolean): Entry => {
    const journal = new Journal(store, sessionId)
    journal.onEvent((observed) => observer.event(observed))
    journal.onUnreadable((unreadable) => observer.unreadable(sessionId, unreadable))
    const opened = (isNew ? journal.presumeEmpty() : journal.catchUp()).then(() => (entry.journal = journal))
    const entry: Entry = { opened, users: 0 }
    entries.set(sessionId, entry)
    return entry
  }
  const letGo = (sessionId: string) => {
    const entry = entries.get(sessionId)
    if (!entry || entry.users > 0 || (entry.journal && isLive(entry.journal.session))) return
    entries.delete(sessionId)
  }

  return {
    letGo,
    held: (sessionId) => entries.get(sessionId)?.journal,
    async use(sessionId, work, isNew = false) {
      const entry = entries.get(sessionId) ?? open(sessionId, isNew)
      entry.users++
      try {
        return await work(await entry.opened)
      } finally {
        entry.users--
        letGo(sessionId)
      }
    },
  }
}
