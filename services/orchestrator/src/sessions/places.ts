import { isOver, type Roster, type RosterEntry } from './roster.ts'

/** How many sessions may live here at once, and which wait until one more may. */
export class Places {
  readonly most: number
  readonly #roster: Pick<Roster, 'entries'>
  /** Of sessions whose beginning is on its way into the log. */
  readonly #held = new Set<string>()
  readonly #lent = new Set<string>()

  constructor({ roster, most }: { roster: Pick<Roster, 'entries'>; most: number }) {
    this.#roster = roster
    this.most = most
  }

  /** Sessions that have a place: those that live and do not wait for their turn, or lend it to others. */
  get live(): number {
    const live = new Set(this.#held)
    for (const entry of this.#roster.entries()) if (this.#hasPlace(entry)) live.add(entry.session.sessionId)
    return live.size
  }

  get hasRoom(): boolean {
    return this.live < this.most
  }

  /** Those that wait for their turn, whoever has waited longest first. */
  inLine(): RosterEntry[] {
    const waiting = [...this.#roster.entries()].filter((entry) => !isOver(entry) && entry.session.queued !== null)
    return waiting.toSorted((a, b) => (queuedAt(a) < queuedAt(b) ? -1 : 1))
  }

  /** Counts the session as one that lives for as long as the work takes that begins it. */
  async hold<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    this.#held.add(sessionId)
    try {
      return await work()
    } finally {
      this.#held.delete(sessionId)
    }
  }

  /**
   * A session that waits for others needs no place meanwhile: those may be waiting for one themselves. Afterwards it
   * goes on, whether there is room or not.
   */
  async lend<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    this.#lent.add(sessionId)
    try {
      return await work()
    } finally {
      this.#lent.delete(sessionId)
    }
  }

  #hasPlace(entry: RosterEntry): boolean {
    const { queued, sessionId } = entry.session
    return !isOver(entry) && queued === null && !this.#lent.has(sessionId)
  }
}

const queuedAt = ({ session: { queued } }: RosterEntry): bigint => BigInt(queued?.position ?? 0)
