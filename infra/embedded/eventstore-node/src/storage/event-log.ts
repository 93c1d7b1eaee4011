import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { encodeRecord, recordId } from '../wire/record.ts'
import type { ProposedEvent } from './commands.ts'
import { isMetastream, originalStreamOf } from './metadata.ts'
import type { Pages } from './pages.ts'
import { ENTRY_SIZE, type IdKey, RecentIds, checkedIds, idKey, sealedIds } from './recent-ids.ts'
import { type RunRow, eventsOf } from './run.ts'
import { type Place, RunWriter } from './run-writer.ts'
import type { StreamState, StreamStates } from './stream-states.ts'

/** Where the first event of a store stands; 0 is "before everything". */
const FIRST_POSITION = 256
const TRIMMED_AT_ONCE = 8
/** Ids that are written down together: a page for each commit would be one too many. The events have them as well. */
const IDS_TOGETHER = 1024

/** Entries of recent ids that are not written down yet, as one run of bytes. */
class FreshIds {
  #entries = new DataView(new ArrayBuffer(IDS_TOGETHER * ENTRY_SIZE))
  #length = 0

  add(key: IdKey, stream: number, revision: number): void {
    if (this.#length === this.#entries.byteLength) {
      this.#entries = new DataView(this.#entries.buffer.transfer(this.#length * 2))
    }
    for (let word = 0; word < 4; word++) this.#entries.setUint32(this.#length + word * 4, key[word]!, true)
    this.#entries.setFloat64(this.#length + 16, stream, true)
    this.#entries.setFloat64(this.#length + 24, revision, true)
    this.#length += ENTRY_SIZE
  }

  get count(): number {
    return this.#length / ENTRY_SIZE
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#entries.buffer, 0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }
}

/** What a transaction wrote: its records as they stand in the log, the first of them at `first`. Empty when it is much. */
export interface FreshRecords {
  first: number
  records: Uint8Array
}

/** The end of the log: writes events there inside the open transaction, and knows which ids were written lately. */
export class EventLog {
  readonly #db: DatabaseSync
  readonly #streams: StreamStates
  #ids = new RecentIds()
  readonly #freshIds = new FreshIds()
  #nextPosition = FIRST_POSITION
  #newest = 0
  #createdMs = 0
  readonly #metadataOf = new Set<string>()
  #first = 0
  #stream = { name: '', bytes: Buffer.alloc(0) }
  readonly #runs: RunWriter
  readonly #pages: Pages
  readonly #insertStream: StatementSync
  readonly #insertIds: StatementSync
  readonly #trimIds: StatementSync

  constructor(db: DatabaseSync, streams: StreamStates, pages: Pages) {
    this.#db = db
    this.#streams = streams
    this.#pages = pages
    this.#runs = new RunWriter(db)
    this.#insertStream = db.prepare('INSERT INTO streams VALUES (?, ?)')
    this.#insertIds = db.prepare('INSERT INTO recent_ids VALUES (?, ?)')
    this.#trimIds = db.prepare(
      'DELETE FROM recent_ids WHERE position IN (SELECT position FROM recent_ids WHERE position < ? ORDER BY position LIMIT ?)',
    )
  }

  /** Position of the newest event, 0 without any. */
  get newest(): number {
    return this.#newest
  }

  get nextPosition(): number {
    return this.#nextPosition
  }

  /** Reads from the store where its end is. */
  load(): void {
    const [newest] = this.#pages.allBackwards(Number.MAX_SAFE_INTEGER, 1)
    const floor = this.#db.prepare("SELECT value FROM facts WHERE name = 'next_position'").get()
    this.#newest = newest?.position ?? 0
    const behind = newest ? newest.position + newest.record.length : FIRST_POSITION
    this.#nextPosition = Math.max(behind, Number(floor?.['value'] ?? 0))
    this.#loadIds()
  }

  /** Those written down, and those of the events behind them. */
  #loadIds(): void {
    this.#ids = new RecentIds()
    this.#freshIds.clear()
    let covered = 0
    for (const row of this.#db.prepare('SELECT position, entries FROM recent_ids ORDER BY position').iterate()) {
      covered = Number(row['position'])
      this.#ids.load(checkedIds(row['entries'] as Uint8Array, covered), covered)
    }
    for (const row of this.#db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position').iterate(covered)) {
      const stream = Number(row['stream'])
      for (const { record, position, revision } of eventsOf(row as unknown as RunRow)) {
        this.#rememberId(recordId(record), { position, stream, revision })
      }
    }
  }

  #rememberId(id: string, { position, stream, revision }: Place): void {
    const key = idKey(id)
    this.#freshIds.add(key, stream, revision)
    this.#ids.add(key, stream, revision, position)
  }

  /** A transaction begins; what is written in it carries this time. */
  begin(createdMs: number): void {
    this.#createdMs = createdMs
    this.#metadataOf.clear()
    this.#runs.begin()
    this.#first = this.#nextPosition
  }

  /** The last that a transaction writes. Answers what it wrote, and the streams whose metadata it changed. */
  finish(): { metadataOf: string[]; fresh: FreshRecords } {
    if (this.#freshIds.count >= IDS_TOGETHER) {
      this.#insertIds.run(this.#newest, sealedIds(this.#freshIds.bytes))
      this.#trimIds.run(this.#ids.floor, TRIMMED_AT_ONCE)
      this.#freshIds.clear()
    }
    const records = this.#runs.fresh(this.#nextPosition - this.#first)
    return { metadataOf: [...this.#metadataOf], fresh: { first: this.#first, records } }
  }

  /** The revision under which a recently written id is known in the stream. */
  recentRevision(state: StreamState, id: string): number | undefined {
    const entry = this.#ids.get(id)
    return entry && entry.stream === state.id ? entry.revision : undefined
  }

  /** Writes events at the end of a stream, the first of them as a revision. */
  write(state: StreamState, events: readonly ProposedEvent[], revision = state.last + 1): void {
    if (events.length === 0) return
    if (state.id === 0) {
      this.#insertStream.run(state.name, this.#nextPosition)
      state.id = this.#nextPosition
    }
    for (const [index, event] of events.entries()) this.#add(state, revision + index, event)
    this.#runs.finish()
    if (isMetastream(state.name)) this.#metadataChanged(originalStreamOf(state.name))
  }

  #add(state: StreamState, revision: number, { id, body }: ProposedEvent): void {
    const position = this.#nextPosition
    const stream = this.#bytesOf(state.name)
    const record = encodeRecord({ id, stream, body, revision, position, createdMs: this.#createdMs }, this.#runs.room)
    const place = { position, stream: state.id, revision }
    this.#runs.add(place)
    this.#rememberId(id, place)
    state.last = revision
    this.#newest = position
    this.#nextPosition = position + record.length
  }

  /** Not kept with the states: small buffers share 8 KiB, and each that is kept would keep its neighbours. */
  #bytesOf(name: string): Buffer {
    if (name !== this.#stream.name) this.#stream = { name, bytes: Buffer.from(name, 'utf8') }
    return this.#stream.bytes
  }

  #metadataChanged(stream: string): void {
    this.#streams.get(stream).metadata = undefined
    this.#metadataOf.add(stream)
  }
}
