import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TOMBSTONE_REVISION, recordCreatedMs } from '../wire/record.ts'
import { isSoftDeleted } from './metadata.ts'
import type { StreamState, StreamStates } from './stream-states.ts'

/** Rows removed and pages given back in one step; appends get their turn in between. */
const ROWS = 2000
const PAGES = 1000

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
  readonly #oldest: StatementSync
  readonly #remove: StatementSync
  readonly #fact: StatementSync
  readonly #free: StatementSync

  constructor(db: DatabaseSync, streams: StreamStates, now: () => number) {
    this.#db = db
    this.#streams = streams
    this.#now = now
    this.#names = db.prepare('SELECT name FROM streams WHERE name > ? ORDER BY name LIMIT ?')
    this.#oldest = db.prepare(
      'SELECT revision, record FROM events WHERE stream = ? AND revision < ? ORDER BY revision LIMIT ?',
    )
    this.#remove = db.prepare(
      'DELETE FROM events WHERE position IN (SELECT position FROM events WHERE stream = ? AND revision < ? ORDER BY revision LIMIT ?)',
    )
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
    const keepFrom = Math.min(this.#keepFrom(state), state.last)
    if (keepFrom <= 0) return 0
    return Number(this.#remove.run(state.id, keepFrom, room).changes)
  }

  /** The first revision that must stay. */
  #keepFrom(state: StreamState): number {
    if (state.last === TOMBSTONE_REVISION) return state.last
    const metadata = this.#streams.metadata(state)
    if (isSoftDeleted(metadata)) return state.last
    const { maxCount, maxAge, truncateBefore = 0 } = metadata
    const from = Math.max(truncateBefore, maxCount === undefined ? 0 : state.last - maxCount + 1)
    return maxAge === undefined ? from : Math.max(from, this.#firstYoung(state, this.#now() - maxAge * 1000))
  }

  #firstYoung(state: StreamState, createdFrom: number): number {
    const rows = this.#oldest.all(state.id, state.last, ROWS)
    const young = rows.find((row) => recordCreatedMs(row['record'] as Uint8Array) >= createdFrom)
    if (young) return Number(young['revision'])
    return rows.length === ROWS ? Number(rows.at(-1)!['revision']) + 1 : state.last
  }
}
