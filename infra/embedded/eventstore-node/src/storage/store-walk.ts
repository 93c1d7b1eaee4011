import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type RecordView, TOMBSTONE_REVISION, viewRecord } from '../wire/record.ts'
import { corruptAt } from './corruption.ts'
import { Pages } from './pages.ts'
import { checkedIds } from './recent-ids.ts'
import { type RunRow, type StreamEvent, eventsOf, isSound } from './run.ts'

export interface Verification {
  /** All that are there, links and metadata too. */
  events: number
  streams: number
  /** Events of type `$>`. */
  links: number
  /** Those of them that lead to no event: what they led to was scavenged, or they never led anywhere. */
  dangling: number
  /** Position of the newest event, as clients see it in `$all`; 0 in an empty store. */
  newest: number
}

const ROWS = 250
const LINK = /^(\d+)@(.+)$/s

interface Row extends RunRow {
  stream: number
}

interface StreamCheck {
  name: string
  last: number
}

/** Looks at every row of a store, in the order of the log. Each check throws with the first bad position. */
export class StoreWalk {
  readonly #db: DatabaseSync
  readonly #scavenged: boolean
  readonly #streams = new Map<number, StreamCheck>()
  readonly #idOf: StatementSync
  readonly #pages: Pages
  readonly #found: Verification = { events: 0, streams: 0, links: 0, dangling: 0, newest: 0 }
  /** Where the next event must stand; undefined where there is no telling. */
  #next: number | undefined

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#scavenged = db.prepare("SELECT 1 FROM facts WHERE name = 'scavenged'").get() !== undefined
    this.#idOf = db.prepare('SELECT id FROM streams WHERE name = ?')
    this.#pages = new Pages(db)
  }

  run(): Verification {
    const page = this.#db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?')
    for (;;) {
      const rows = page.all(this.#found.newest, ROWS) as unknown as Row[]
      if (rows.length === 0) break
      for (const row of rows) this.#look(row)
    }
    this.#found.streams = this.#streams.size
    this.#checkNames()
    this.#checkIds()
    this.#checkStructure()
    return this.#found
  }

  #look(row: Row): void {
    if (!isSound(row.checksum, row.record)) throw this.#damaged(row)
    for (const event of eventsOf(row)) {
      const view = viewRecord(event.record)
      this.#checkPlace(event, view)
      this.#checkRevision(event, row.stream, view)
      if (view.type === '$>') this.#countLink(view)
      this.#found.events++
    }
    this.#found.newest = row.position
  }

  /** Which events are in the row its bytes do not say: those between the ones before and the last of them. */
  #damaged({ position, stream: id, revision }: Row): Error {
    const first = this.#scavenged ? position : (this.#next ?? position)
    const stream = this.#streams.get(id)
    const from = stream ? stream.last + 1 : this.#scavenged ? revision : 0
    const events = from < revision && revision !== TOMBSTONE_REVISION ? `${from} to ${revision}` : `${revision}`
    const name = stream?.name ?? this.#nameOf(id)
    return corruptAt(first, `the record of ${events} of ${name}, up to ${position}, does not match its checksum`)
  }

  #nameOf(id: number): string {
    return String(this.#db.prepare('SELECT name FROM streams WHERE id = ?').get(id)?.['name'] ?? `stream ${id}`)
  }

  #checkPlace({ position, revision, record }: StreamEvent, view: RecordView): void {
    if (view.position !== position) throw corruptAt(position, `the record says it stands at ${view.position}`)
    if (view.revision !== revision) throw corruptAt(position, `the record says it is revision ${view.revision}`)
    // Each event begins where the one before it ends, until a scavenge takes some out.
    if (!this.#scavenged && this.#next !== undefined && this.#next !== position) {
      throw corruptAt(this.#next, `an event is missing here, the next stands at ${position}`)
    }
    this.#next = position + record.length
  }

  #checkRevision({ position, revision }: StreamEvent, id: number, view: RecordView): void {
    const stream = this.#streams.get(id)
    if (stream && stream.name !== view.stream) throw corruptAt(position, `stream ${id} has two names`)
    const expected = stream ? stream.last + 1 : 0
    const mayBegin = this.#scavenged && !stream
    if (revision !== expected && revision !== TOMBSTONE_REVISION && !mayBegin) {
      throw corruptAt(position, `revision ${revision} of ${view.stream} where ${expected} belongs`)
    }
    this.#streams.set(id, { name: view.stream, last: revision })
  }

  #countLink(view: RecordView): void {
    this.#found.links++
    const [, revision = '', stream = ''] = LINK.exec(Buffer.from(view.data).toString('utf8')) ?? []
    const id = Number(this.#idOf.get(stream)?.['id'] ?? 0)
    const wanted = Math.min(Number(revision), TOMBSTONE_REVISION)
    const [event] = this.#pages.streamForwards(id, wanted, 1)
    if (event?.revision !== wanted) this.#found.dangling++
  }

  #checkNames(): void {
    for (const [id, { name }] of this.#streams) {
      if (this.#idOf.get(name)?.['id'] !== id) throw corruptAt(id, `stream ${name} is not found by its name`)
    }
  }

  #checkIds(): void {
    for (const row of this.#db.prepare('SELECT position, entries FROM recent_ids ORDER BY position').iterate()) {
      checkedIds(row['entries'] as Uint8Array, Number(row['position']))
    }
  }

  #checkStructure(): void {
    const [problem] = this.#db.prepare('PRAGMA integrity_check(1)').all()
    const message = String(Object.values(problem ?? {})[0])
    if (message !== 'ok') throw corruptAt(this.#found.newest, message)
  }
}
