import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type RunRow, type StreamEvent, eventsOf } from './run.ts'

/** Rows read in one go at most: at first, when nobody knows how many events they hold, and later. */
const FIRST_ROWS = 32
const MOST_ROWS = 500

/** Not `LIMIT ?`: SQLite looks at such a number when it plans, and plans anew at every run. */
const LIMIT = 'LIMIT +?'
const ROW = 'SELECT position, revision, checksum, record FROM events WHERE'

interface Walk {
  /** The place, a revision or a position, of the first row to look at. */
  from: number
  rows(from: number, most: number): RunRow[]
  /** Where to go on behind a row. */
  behind(row: RunRow): number
  wanted(event: StreamEvent): boolean
  backwards: boolean
}

/** Events in the order of the log or of a stream, taken out of their rows. */
export class Pages {
  readonly #db: DatabaseSync
  readonly #snapshot: StatementSync
  readonly #release: StatementSync
  readonly #streamForwards: StatementSync
  readonly #streamBackwards: StatementSync
  readonly #rowOfRevision: StatementSync
  readonly #allForwards: StatementSync
  readonly #allBackwards: StatementSync
  readonly #rowOfPosition: StatementSync
  /** Events that the rows of the last page held on average: the next are often like them. */
  #perRow = 1

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#snapshot = db.prepare('SAVEPOINT page')
    this.#release = db.prepare('RELEASE page')
    const row = (column: string) => `${column} >= ? ORDER BY ${column}`
    const before = (column: string) => `${column} <= ? ORDER BY ${column} DESC`
    this.#streamForwards = db.prepare(`${ROW} stream = ? AND ${row('revision')} ${LIMIT}`)
    this.#streamBackwards = db.prepare(`${ROW} stream = ? AND ${before('revision')} ${LIMIT}`)
    this.#rowOfRevision = db.prepare(`SELECT revision FROM events WHERE stream = ? AND ${row('revision')} LIMIT 1`)
    this.#allForwards = db.prepare(`${ROW} ${row('position')} ${LIMIT}`)
    this.#allBackwards = db.prepare(`${ROW} ${before('position')} ${LIMIT}`)
    this.#rowOfPosition = db.prepare(`SELECT position FROM events WHERE ${row('position')} LIMIT 1`)
  }

  /** Events of a stream with `revision >= from`. */
  streamForwards(stream: number, from: number, count: number): StreamEvent[] {
    const rows = (at: number, most: number) => this.#streamForwards.all(stream, at, most) as unknown as RunRow[]
    const wanted = ({ revision }: StreamEvent) => revision >= from
    return this.#collect({ from, rows, behind: (row) => row.revision + 1, wanted, backwards: false }, count)
  }

  /** Events of a stream with `revision <= from`, newest first. */
  streamBackwards(stream: number, from: number, count: number): StreamEvent[] {
    const rows = (at: number, most: number) => this.#streamBackwards.all(stream, at, most) as unknown as RunRow[]
    const wanted = ({ revision }: StreamEvent) => revision <= from
    const holder = from === Number.MAX_SAFE_INTEGER ? undefined : this.#rowOfRevision.get(stream, from)
    const first = Number(holder?.['revision'] ?? from)
    return this.#collect({ from: first, rows, behind: (row) => row.revision - 1, wanted, backwards: true }, count)
  }

  /** Events of the whole store with `position >= from`. */
  allForwards(from: number, count: number): StreamEvent[] {
    const rows = (at: number, most: number) => this.#allForwards.all(at, most) as unknown as RunRow[]
    const wanted = ({ position }: StreamEvent) => position >= from
    return this.#collect({ from, rows, behind: (row) => row.position + 1, wanted, backwards: false }, count)
  }

  /** Events of the whole store with `position < before`, newest first. */
  allBackwards(before: number, count: number): StreamEvent[] {
    const rows = (at: number, most: number) => this.#allBackwards.all(at, most) as unknown as RunRow[]
    const wanted = ({ position }: StreamEvent) => position < before
    const holder = before === Number.MAX_SAFE_INTEGER ? undefined : this.#rowOfPosition.get(before)
    const first = Number(holder?.['position'] ?? before)
    return this.#collect({ from: first, rows, behind: (row) => row.position - 1, wanted, backwards: true }, count)
  }

  /** Rows that probably hold so many events, the first perhaps only some of them. */
  #rowsFor(count: number, limit: number): number {
    return Math.min(limit, Math.ceil((count - 1) / this.#perRow) + 1)
  }

  /** A page may take several statements: a scavenge that came between them would leave a gap in it. */
  #collect(walk: Walk, count: number): StreamEvent[] {
    if (this.#rowsFor(count, FIRST_ROWS) >= count) return this.#take(walk, count)
    this.#snapshot.run()
    try {
      return this.#take(walk, count)
    } finally {
      // A fault of the disk may have ended the transaction around it.
      if (this.#db.isTransaction) this.#release.run()
    }
  }

  #take(walk: Walk, count: number): StreamEvent[] {
    const page: StreamEvent[] = []
    let [from, looked, events] = [walk.from, 0, 0]
    for (let limit = FIRST_ROWS; ; limit = MOST_ROWS) {
      const most = this.#rowsFor(count - page.length, limit)
      const rows = walk.rows(from, most)
      for (const row of rows) {
        const held = eventsOf(row)
        events += held.length
        this.#perRow = events / ++looked
        // Only the first row holds events on the other side of the place.
        const wanted = looked === 1 ? held.filter(walk.wanted) : held
        // Most rows hold one event.
        if (wanted.length === 1) page.push(wanted[0]!)
        else page.push(...(walk.backwards ? wanted.toReversed() : wanted))
        if (page.length >= count) return page.slice(0, count)
      }
      if (rows.length < most) return page
      from = walk.behind(rows.at(-1)!)
    }
  }
}
