import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type RecordView, viewRecord } from '../wire/record.ts'
import { Cache } from './cache.ts'
import {
  EMPTY_METADATA,
  METASTREAM_METADATA,
  type StreamMetadata,
  isMetastream,
  metastreamOf,
  parseMetadata,
} from './metadata.ts'
import type { Pages } from './pages.ts'

/** What the writer keeps in mind of a stream. `id` is 0 while the stream has no event. */
export interface StreamState {
  readonly name: string
  id: number
  last: number
  metadata: StreamMetadata | undefined
}

const STREAMS = 100_000

/** Streams as the open transaction sees them; the recently used stay in memory. */
export class StreamStates {
  readonly #states = new Cache<StreamState>(STREAMS)
  readonly #idOf: StatementSync
  readonly #newest: StatementSync
  readonly #pages: Pages

  constructor(db: DatabaseSync, pages: Pages) {
    this.#pages = pages
    this.#idOf = db.prepare('SELECT id FROM streams WHERE name = ?')
    this.#newest = db.prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1')
  }

  get(name: string): StreamState {
    const known = this.#states.get(name)
    if (known) return known
    const state = this.#load(name)
    this.#states.set(name, state)
    return state
  }

  #load(name: string): StreamState {
    const id = Number(this.#idOf.get(name)?.['id'] ?? 0)
    const last = id === 0 ? -1 : Number(this.#newest.get(id)?.['revision'] ?? -1)
    return { name, id, last, metadata: undefined }
  }

  /** Forgets everything, after a transaction that did not come about. */
  clear(): void {
    this.#states.clear()
  }

  /** The event at a revision, seen by readers or not. */
  at(state: StreamState, revision: number): RecordView | undefined {
    const [event] = state.id === 0 ? [] : this.#pages.streamForwards(state.id, revision, 1)
    return event?.revision === revision ? viewRecord(event.record) : undefined
  }

  /** The newest event of the stream's metastream. */
  newestMetadata(state: StreamState): RecordView | undefined {
    const metastream = this.get(metastreamOf(state.name))
    return this.at(metastream, metastream.last)
  }

  metadata(state: StreamState): StreamMetadata {
    if (isMetastream(state.name)) return METASTREAM_METADATA
    if (state.metadata) return state.metadata
    const newest = this.newestMetadata(state)
    state.metadata = newest?.isJson && newest.data.length > 0 ? parseMetadata(newest.data) : EMPTY_METADATA
    return state.metadata
  }
}
