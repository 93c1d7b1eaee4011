import { hasPlace, type Roster, type RosterEntry } from './roster.ts'

/** The worker that this process is, as far as sessions choose it. */
export type Here = {
  readonly ownerId: string
  readonly slots: number
  readonly labels: ReadonlySet<string>
  /** Not while it is drained. */
  readonly isOpen: () => boolean
}

/** How many sessions may live at once, all in all and here, and which wait until one more may. */
export class Places {
  readonly most: number
  readonly #here: Here
  readonly #roster: Pick<Roster, 'get' | 'placed' | 'waiting'>
  /** Of sessions whose beginning is on its way into the log. */
  readonly #held = new Set<string>()
  readonly #lent = new Set<string>()
  #left = 0

  constructor({
    roster,
    most,
    here,
  }: { roster: Pick<Roster, 'get' | 'placed' | 'waiting'>; most: number; here: Here }) {
    this.#here = here
    this.#roster = roster
    this.most = most
  }

  /** Sessions that have a place: those that live and do not wait for their turn, or lend it to others. */
  get live(): number {
    return this.#count()
  }

  /** Of these the ones that this worker runs. */
  get liveHere(): number {
    return this.#count(this.#here.ownerId)
  }

  /** How many more may begin here, once all have gone on that nobody runs any more: these have begun before. */
  get room(): number {
    return Math.max(0, Math.min(this.most - this.live, this.roomForBegun - this.#left))
  }

  /** How many may go on here that have begun elsewhere: they live already, and count for the instance as they did. */
  get roomForBegun(): number {
    return this.#here.isOpen() ? Math.max(0, this.#here.slots - this.liveHere) : 0
  }

  /** So many sessions wait for a place since nobody runs them any more. */
  keepFor(left: number): void {
    this.#left = left
  }

  get hasRoom(): boolean {
    return this.room > 0
  }

  /** Whether this worker has all that a session asks of one. */
  suits(labels: readonly string[]): boolean {
    return labels.every((label) => this.#here.labels.has(label))
  }

  /** Those that wait for their turn, whoever has waited longest first. */
  inLine(): RosterEntry[] {
    return this.#roster.waiting().toSorted((a, b) => (queuedAt(a) < queuedAt(b) ? -1 : 1))
  }

  /** Of these the ones that may begin here. */
  lineHere(): RosterEntry[] {
    return this.inLine().filter(({ session }) => this.suits(session.labels))
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

  /** Those that are held are counted whether they are in the roster yet or not, those that lend their place are not. */
  #count(ownerId?: string): number {
    const isCounted = (sessionId: string) => {
      const entry = this.#roster.get(sessionId)
      return entry !== undefined && hasPlace(entry) && (ownerId === undefined || entry.claim?.ownerId === ownerId)
    }
    const more = [...this.#held].filter((sessionId) => !isCounted(sessionId))
    const fewer = [...this.#lent].filter((sessionId) => isCounted(sessionId) && !this.#held.has(sessionId))
    return this.#roster.placed(ownerId) + more.length - fewer.length
  }
}

const queuedAt = ({ session: { queued } }: RosterEntry): bigint => BigInt(queued?.position ?? 0)
