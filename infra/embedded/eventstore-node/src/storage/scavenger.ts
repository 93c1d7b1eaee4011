import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TOMBSTONE_REVISION, recordCreatedMs } from '../wire/record.ts'
import { isSoftDeleted } from './metadata.ts'
import type { Pages } from './pages.ts'
import { type RunRow, shortened } from './run.ts'
import type { StreamState, StreamStates } from './stream-states.ts'

/** Rows removed, events of a stream looked at and pages given back in one step; appends get their turn in between. */
const ROWS = 2000
const LOOKED_AT = 2000
const PAGES = 1000

interface Cut {
  /** The first revision that must stay. */
  keepFrom: number
  /** False where it was not looked at all that may go. */
  whole: boolean
}

interface ScavengerDeps {
  db: DatabaseSync
  streams: StreamStates
  pages: Pages
  now: () => number
}

/**
 * Removes what no reader can see any more: below `$tb` and `$maxCount`, older than `$maxAge`, before a tombstone, and
 * all but the newest metadata. The newest event of a stream stays, so that its numbering goes on.
 */
export class Scavenger {
  readonly #db: DatabaseSync
  readonly #streams: StreamStates
  readonly #now: () => number
  #cursor = ''
  #running = false
  readonly #names: StatementSync
  readonly #pages: Pages
  readonly #remove: StatementSync
  readonly #oldest: StatementSync
  readonly #shorten: StatementSync
  readonly #fact: StatementSync
  readonly #free: StatementSync

  constructor({ db, streams, pages, now }: ScavengerDeps) {
    this.#db = db
    this.#streams = streams
    this.#pages = pages
    this.#now = now
    this.#names = db.prepare('SELECT name FROM streams WHERE name > ? ORDER BY name LIMIT ?')
    this.#remove = db.prepare(
      'DELETE FROM events WHERE position IN (SELECT position FROM events WHERE stream = ? AND revision < ? ORDER BY revision LIMIT ?)',
    )
    this.#oldest = db.prepare(
      'SELECT position, revision, checksum, record FROM events WHERE stream = ? ORDER BY revision LIMIT 1',
    )
    this.#shorten = db.prepare('UPDATE events SET checksum = ?, record = ? WHERE position = ?')
    this.#fact = db.prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    this.#free = db.prepare('PRAGMA freelist_count')
  }

  /** Looks at up to `most` streams. True when it has been through all of them and given the space back. */
  step(most: number, nextPosition: number): boolean {
    if (!this.#running) {
      this.#running = true
      this.#cursor = ''
    }
    // Positions are never used twice, not even when the newest event is removed; see Reader.canBeginAt.
    this.#fact.run('next_position', nextPosition)
    this.#fact.run('scavenged', this.#now())
    let room = ROWS
    const names = this.#names.all(this.#cursor, most).map((row) => String(row['name']))
    for (const name of names) {
      room -= this.#scavenge(this.#streams.get(name), room)
      if (room <= 0) return false
      this.#cursor = name
    }
    if (names.length === most) return false
    this.#db.exec(`PRAGMA incremental_vacuum(${PAGES})`)
    if (Number(Object.values(this.#free.get() ?? {})[0] ?? 0) > PAGES) return false
    this.#running = false
    return true
  }

  /** Forgets where it was. */
  stop(): void {
    this.#running = false
  }

  #scavenge(state: StreamState, room: number): number {
    const cut = this.#cutOf(state)
    const keepFrom = Math.min(cut.keepFrom, state.last)
    if (keepFrom <= 0) return 0
    const removed = Number(this.#remove.run(state.id, keepFrom, room).changes)
    if (removed < room) this.#shortenOldest(state, keepFrom)
    return cut.whole ? removed : room
  }

  /** The run that holds the first event that must stay may begin with some that need not. */
  #shortenOldest(state: StreamState, keepFrom: number): void {
    const row = this.#oldest.get(state.id) as unknown as RunRow
    const left = shortened(row, keepFrom)
    if (left) this.#shorten.run(left.checksum, left.record, row.position)
  }

  #cutOf(state: StreamState): Cut {
    if (state.last === TOMBSTONE_REVISION) return { keepFrom: state.last, whole: true }
    const metadata = this.#streams.metadata(state)
    if (isSoftDeleted(metadata)) return { keepFrom: state.last, whole: true }
    const { maxCount, maxAge, truncateBefore = 0 } = metadata
    const keepFrom = Math.max(truncateBefore, maxCount === undefined ? 0 : state.last - maxCount + 1)
    if (maxAge === undefined) return { keepFrom, whole: true }
    const young = this.#firstYoung(state, this.#now() - maxAge * 1000)
    return { keepFrom: Math.max(keepFrom, young.keepFrom), whole: young.whole }
  }

  #firstYoung(state: StreamState, createdFrom: number): Cut {
    const events = this.#pages.streamForwards(state.id, 0, LOOKED_AT)
    const young = events.find(({ record }) => recordCreatedMs(record) >= createdFrom)
    if (young) return { keepFrom: young.revision, whole: true }
    const whole = events.length < LOOKED_AT
    return { keepFrom: whole ? state.last : events.at(-1)!.revision + 1, whole }
  }
}
