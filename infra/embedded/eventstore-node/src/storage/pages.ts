import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Run, type RunRow, type StreamEvent } from './run.ts'

/** Rows read in one go: at first, when nobody knows how many events they hold, and later. */
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

function collect(walk: Walk, count: number): StreamEvent[] {
  const page: StreamEvent[] = []
  let [from, most, looked] = [walk.from, Math.min(count, FIRST_ROWS), 0]
  for (;;) {
    const rows = walk.rows(from, most)
    for (const row of rows) {
      const events = new Run(row).events()
      for (const event of walk.backwards ? events.toReversed() : events) {
        if (walk.wanted(event) && page.push(event) === count) return page
      }
    }
    if (rows.length < most) return page
    from = walk.behind(rows.at(-1)!)
    looked += rows.length
    // As many more as hold the rest when they are like those before.
    most = Math.min(MOST_ROWS, Math.ceil(((count - page.length) * looked) / Math.max(1, page.length)))
  }
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

  /** A large page takes several statements: a scavenge that came between them would leave a gap in it. */
  #collect(walk: Walk, count: number): StreamEvent[] {
    if (count <= FIRST_ROWS) return collect(walk, count)
    this.#snapshot.run()
    try {
      return collect(walk, count)
    } finally {
      // A fault of the disk may have ended the transaction around it.
      if (this.#db.isTransaction) this.#release.run()
    }
  }
}
