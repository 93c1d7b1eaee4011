import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TOMBSTONE_REVISION, recordCreatedMs, viewRecord } from '../wire/record.ts'
import { Cache } from './cache.ts'
import { corruptAt } from './corruption.ts'
import {
  EMPTY_METADATA,
  METASTREAM_METADATA,
  type StreamMetadata,
  isMetastream,
  isSoftDeleted,
  metastreamOf,
  originalStreamOf,
  parseMetadata,
} from './metadata.ts'
import { Pages } from './pages.ts'
import type { StoredEvent, StreamEvent } from './run.ts'
import { unixTime } from '../clock.ts'

export type { StoredEvent, StreamEvent } from './run.ts'

/** A stream as readers see it. */
export interface StreamView {
  id: number
  status: 'missing' | 'deleted' | 'present'
  /** The newest revision, cut off or not; -1 when missing. */
  last: number
  /** Revisions below are cut off by `$tb` or `$maxCount`. */
  first: number
  /** Events written before are cut off by `$maxAge`; milliseconds since 1970. */
  createdFrom: number
  metadata: StreamMetadata
}

const NAMES = 50_000
const METADATA = 10_000

/** Reads pages of committed events. Every statement sees the newest commit. */
export class Reader {
  readonly #now: () => number
  readonly #ids = new Cache<number>(NAMES)
  readonly #metadata = new Cache<StreamMetadata>(METADATA)
  readonly #pages: Pages
  readonly #idOf: StatementSync
  readonly #lastOf: StatementSync
  readonly #newest: StatementSync
  readonly #scavenged: StatementSync

  constructor(db: DatabaseSync, now: () => number = unixTime) {
    this.#now = now
    this.#idOf = db.prepare('SELECT id FROM streams WHERE name = ?')
    this.#pages = new Pages(db)
    this.#lastOf = db.prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1')
    this.#newest = db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1')
    this.#scavenged = db.prepare("SELECT 1 FROM facts WHERE name = 'scavenged'")
  }

  #id(stream: string): number {
    const known = this.#ids.get(stream)
    if (known !== undefined) return known
    const id = Number(this.#idOf.get(stream)?.['id'] ?? 0)
    if (id > 0) this.#ids.set(stream, id)
    return id
  }

  #last(id: number): number {
    return id === 0 ? -1 : Number(this.#lastOf.get(id)?.['revision'] ?? -1)
  }

  /** Forgets what it knows of a stream's metadata. */
  metadataChanged(stream: string): void {
    this.#metadata.delete(stream)
  }

  /** Forgets everything, after the store was rewritten. */
  forget(): void {
    this.#ids.clear()
    this.#metadata.clear()
  }

  /** What the newest event of the metastream says; a metastream itself keeps its newest event only. */
  metadata(stream: string): StreamMetadata {
    if (isMetastream(stream)) return METASTREAM_METADATA
    const known = this.#metadata.get(stream)
    if (known) return known
    const metastream = this.#id(metastreamOf(stream))
    const [newest] = metastream === 0 ? [] : this.page(metastream, TOMBSTONE_REVISION, 1, true)
    const view = newest && viewRecord(newest.record)
    const metadata = view?.isJson && view.data.length > 0 ? parseMetadata(view.data) : EMPTY_METADATA
    this.#metadata.set(stream, metadata)
    return metadata
  }

  view(stream: string): StreamView {
    const id = this.#id(stream)
    const last = this.#last(id)
    const metadata = this.metadata(stream)
    const { maxCount, maxAge, truncateBefore = 0 } = metadata
    const first = Math.max(truncateBefore, maxCount === undefined ? 0 : last - maxCount + 1)
    const createdFrom = maxAge === undefined ? 0 : this.#now() - maxAge * 1000
    return { id, status: this.#status(stream, last, metadata), last, first, createdFrom, metadata }
  }

  #status(stream: string, last: number, metadata: StreamMetadata): StreamView['status'] {
    if (last === TOMBSTONE_REVISION) return 'deleted'
    // With a stream go its metastream, the metastream of that, and so on.
    for (let of = stream; isMetastream(of); ) {
      of = originalStreamOf(of)
      if (this.#last(this.#id(of)) === TOMBSTONE_REVISION) return 'deleted'
    }
    return last < 0 || isSoftDeleted(metadata) ? 'missing' : 'present'
  }

  /** Events of a stream from a revision on, cut off or not. */
  page(id: number, revision: number, count: number, backwards = false): StreamEvent[] {
    const pages = this.#pages
    const events = backwards ? pages.streamBackwards(id, revision, count) : pages.streamForwards(id, revision, count)
    for (let at = 1; at < events.length; at++) {
      const [one, other] = backwards ? [events[at]!, events[at - 1]!] : [events[at - 1]!, events[at]!]
      const follows = other.revision === one.revision + 1 || other.revision === TOMBSTONE_REVISION
      if (!follows) throw corruptAt(other.position, 'an event is missing before it')
    }
    return events
  }

  /** Events of a stream between its cuts, from `at` in the direction. */
  readPage(view: StreamView, at: number, count: number, backwards: boolean): StreamEvent[] {
    if (backwards) return this.page(view.id, at, count, true).filter((event) => event.revision >= view.first)
    return this.page(view.id, Math.max(at, view.first), count)
  }

  /** The event behind a link, when a reader may see it; revision -1 is the newest. */
  find(stream: string, revision: number): StreamEvent | undefined {
    const view = this.view(stream)
    if (view.status !== 'present') return undefined
    const at = revision === -1 ? view.last : revision
    if (at < view.first || at > view.last) return undefined
    const [event] = this.page(view.id, at, 1)
    if (event?.revision !== at || !isYoung(event, view)) return undefined
    return event
  }

  /** Events of the whole store with `position >= from`. */
  allForwards(from: number, count: number): StoredEvent[] {
    return this.#pages.allForwards(from, count)
  }

  /** Events of the whole store with `position < before`, newest first. */
  allBackwards(before: number, count: number): StoredEvent[] {
    return this.#pages.allBackwards(before, count)
  }

  /**
   * Whether $all can be read from a position: 0, where an event begins, or behind the newest, backwards just behind
   * it. After a scavenge the events of old positions may be gone, so then every position will do.
   */
  canBeginAt(position: number, backwards = false): boolean {
    if (position === 0 || this.#scavenged.get()) return true
    const [next] = this.allForwards(position, 1)
    if (next?.position === position) return true
    if (!backwards) return next === undefined
    const [newest] = this.allBackwards(position, 1)
    return newest !== undefined && position === newest.position + newest.record.length
  }

  /** Position of the newest event, 0 in an empty store. */
  newest(): number {
    return Number(this.#newest.get()?.['position'] ?? 0)
  }
}

/** False when `$maxAge` has cut the event off. */
export const isYoung = (event: StoredEvent, view: StreamView): boolean =>
  view.createdFrom === 0 || recordCreatedMs(event.record) >= view.createdFrom
