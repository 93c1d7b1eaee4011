import { randomUUID } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { type RecordView, TOMBSTONE_REVISION, encodeBody, encodeRecord, viewRecord } from '../wire/record.ts'
import { type Emitted, SYSTEM_PROJECTIONS, type SystemProjection } from '../projections/definitions.ts'
import { type Progress, ProjectionProgress } from '../projections/progress.ts'
import type { ProposedEvent, WriteCommand, WriteResult } from './commands.ts'
import {
  METASTREAM_METADATA,
  SOFT_DELETE_JSON,
  isMetastream,
  isSoftDeleted,
  metastreamOf,
  originalStreamOf,
  undeletedMetadata,
} from './metadata.ts'
import { ENTRY_SIZE, RecentIds, idKey } from './recent-ids.ts'
import { Scavenger } from './scavenger.ts'
import { type StreamState, StreamStates } from './stream-states.ts'
import { type StreamFacts, decide } from './write-rules.ts'

/** Where the first event of a store stands; 0 is "before everything". */
const FIRST_POSITION = 256
const NO_POSITION = -1
const TRIMMED_PER_COMMIT = 8
const PROJECTED_PAGE = 500

export interface Committed {
  results: WriteResult[]
  /** Position of the newest event. */
  newest: number
  /** Streams whose metadata changed. */
  metadataOf: string[]
}

export interface EngineOptions {
  now?: () => number
  /** Ids for the events that the node itself writes. */
  newId?: () => string
}

/** Carries out writes: everything that waits goes into one transaction, on disk before anyone hears of it. */
export class WriteEngine {
  readonly #db: DatabaseSync
  readonly #now: () => number
  readonly #newId: () => string
  readonly #streams: StreamStates
  readonly #projections: ProjectionProgress
  readonly #scavenger: Scavenger
  #ids = new RecentIds()
  #nextPosition = FIRST_POSITION
  #newest = 0
  #createdMs = 0
  #freshIds: Buffer[] = []
  #metadataOf = new Set<string>()
  readonly #insertEvent: StatementSync
  readonly #insertStream: StatementSync
  readonly #insertIds: StatementSync
  readonly #trimIds: StatementSync
  readonly #eventsAfter: StatementSync

  constructor(db: DatabaseSync, options: EngineOptions = {}) {
    this.#db = db
    this.#now = options.now ?? Date.now
    this.#newId = options.newId ?? randomUUID
    this.#streams = new StreamStates(db)
    this.#projections = new ProjectionProgress(db)
    this.#scavenger = new Scavenger(db, this.#streams, this.#now)
    this.#eventsAfter = db.prepare('SELECT position, record FROM events WHERE position > ? ORDER BY position LIMIT ?')
    this.#insertEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)')
    this.#insertStream = db.prepare('INSERT INTO streams VALUES (?, ?)')
    this.#insertIds = db.prepare('INSERT INTO recent_ids VALUES (?, ?)')
    this.#trimIds = db.prepare(
      'DELETE FROM recent_ids WHERE position IN (SELECT position FROM recent_ids WHERE position < ? ORDER BY position LIMIT ?)',
    )
    this.#load()
  }

  get newest(): number {
    return this.#newest
  }

  #load(): void {
    this.#streams.clear()
    this.#projections.load()
    this.#ids = new RecentIds()
    const newest = this.#db
      .prepare('SELECT position, length(record) AS size FROM events ORDER BY position DESC LIMIT 1')
      .get()
    const floor = this.#db.prepare("SELECT value FROM facts WHERE name = 'next_position'").get()
    this.#newest = Number(newest?.['position'] ?? 0)
    const behind = newest ? this.#newest + Number(newest['size']) : FIRST_POSITION
    this.#nextPosition = Math.max(behind, Number(floor?.['value'] ?? 0))
    for (const row of this.#db.prepare('SELECT position, entries FROM recent_ids ORDER BY position').iterate()) {
      this.#remember(row['entries'] as Uint8Array, Number(row['position']))
    }
  }

  #remember(entries: Uint8Array, position: number): void {
    const view = new DataView(entries.buffer, entries.byteOffset, entries.length)
    const key = new Uint32Array(4)
    for (let at = 0; at < entries.length; at += ENTRY_SIZE) {
      for (let word = 0; word < 4; word++) key[word] = view.getUint32(at + word * 4, true)
      this.#ids.set(key, view.getFloat64(at + 16, true), view.getFloat64(at + 24, true), position)
    }
  }

  /** Executes all commands in one durable transaction. When that fails nothing of it stays, and the fault is thrown. */
  execute(commands: readonly WriteCommand[]): Committed {
    const from = this.#nextPosition
    this.#createdMs = this.#now()
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      const results = commands.map((command) => this.#one(command))
      for (const [projection, progress] of this.#projections.running()) {
        if (progress.position < this.#newest) this.#project(projection, progress, Number.POSITIVE_INFINITY)
      }
      if (this.#freshIds.length > 0) {
        this.#insertIds.run(from, Buffer.concat(this.#freshIds))
        this.#trimIds.run(this.#ids.floor, TRIMMED_PER_COMMIT)
      }
      this.#db.exec('COMMIT')
      return { results, newest: this.#newest, metadataOf: [...this.#metadataOf] }
    } catch (fault) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#load()
      throw fault
    } finally {
      this.#freshIds = []
      this.#metadataOf.clear()
    }
  }

  #one(command: WriteCommand): WriteResult {
    if (command.kind === 'project') return this.#takeOn(command)
    if (command.kind === 'stop-projection') return this.#stop(command)
    if (command.kind === 'scavenge') return this.#done(this.#scavenger.step(command.expected, this.#nextPosition))
    if (command.kind === 'stop-scavenge') {
      this.#scavenger.stop()
      return this.#done(true)
    }
    const state = this.#streams.get(command.stream)
    if (command.kind === 'append') return this.#append(state, command.expected, command.events)
    return this.#remove(state, command)
  }

  #facts(state: StreamState): StreamFacts {
    return {
      last: state.last,
      softDeleted: () => isSoftDeleted(this.#streams.metadata(state)),
      hasMetadata: () => this.#streams.get(metastreamOf(state.name)).last >= 0,
      recentRevision: (id) => {
        const entry = this.#ids.get(id)
        return entry && entry.stream === state.id ? entry.revision : undefined
      },
      idAt: (revision) => this.#streams.at(state, revision)?.id,
    }
  }

  #append(state: StreamState, expected: number, events: readonly ProposedEvent[]): WriteResult {
    const facts = this.#facts(state)
    const ids = events.map((event) => event.id)
    const decision = decide(facts, expected, ids)
    if (decision.kind === 'deleted') return { outcome: 'deleted' }
    if (decision.kind === 'wrong-expected-revision') return { outcome: 'wrong-expected-revision', current: state.last }
    if (decision.kind === 'repeat') {
      return { outcome: 'repeated', last: decision.last, position: this.#visiblePosition(state, decision.last) }
    }
    const before = state.last
    const comesBack = facts.softDeleted()
    const original = isMetastream(state.name) ? this.#streams.get(originalStreamOf(state.name)) : undefined
    const originalComesBack = original && isSoftDeleted(this.#streams.metadata(original))
    for (const event of events) this.#write(state, state.last + 1, event)
    // Bringing a stream back writes metadata behind it; the answer is about what was asked for.
    const result: WriteResult = { outcome: 'written', last: state.last, position: this.#newest }
    if (comesBack) this.#undelete(state, before + 1)
    if (original && originalComesBack) this.#undelete(original, original.last + 1)
    return result
  }

  #remove(state: StreamState, { kind, expected }: WriteCommand): WriteResult {
    const facts = this.#facts(state)
    const id = this.#newId()
    const decision = decide(facts, expected, [id])
    if (decision.kind === 'deleted') return { outcome: 'deleted' }
    const nothingThere = kind === 'delete' && state.last < 0 && !facts.hasMetadata()
    if (decision.kind !== 'write' || nothingThere) return { outcome: 'wrong-expected-revision', current: state.last }
    // A soft delete is an event in the metastream; where that is tombstoned there is no place for it.
    const nowhere = kind === 'delete' && this.#streams.get(metastreamOf(state.name)).last === TOMBSTONE_REVISION
    if (nowhere) return { outcome: 'deleted' }
    if (kind === 'tombstone') {
      const body = encodeBody({ type: '$streamDeleted', isJson: false, data: Buffer.alloc(0) })
      this.#write(state, TOMBSTONE_REVISION, { id, body })
    } else this.#writeMetadata(state, SOFT_DELETE_JSON)
    return { outcome: 'written', last: state.last, position: this.#newest }
  }

  #projection(name: string): SystemProjection {
    return SYSTEM_PROJECTIONS.find((projection) => projection.name === name)!
  }

  #done(done: boolean): WriteResult {
    return { outcome: 'written', last: done ? 1 : 0, position: this.#newest }
  }

  /** Answers `last` 1 when the projection has everything and goes along from now on. */
  #takeOn({ stream: name, expected: most }: WriteCommand): WriteResult {
    const projection = this.#projection(name)
    const progress = this.#projections.get(projection)
    const done = progress.status === 'running' || this.#project(projection, progress, most)
    return this.#done(done)
  }

  #stop({ stream: name }: WriteCommand): WriteResult {
    const projection = this.#projection(name)
    this.#projections.set(projection, { ...this.#projections.get(projection), status: 'stopped' })
    return this.#done(true)
  }

  /** Projects events behind its position, at most about `most`; true when none is left. */
  #project(projection: SystemProjection, { position }: Progress, most: number): boolean {
    const until = this.#newest
    let looked = 0
    while (position < until && looked < most) {
      for (const row of this.#eventsAfter.all(position, PROJECTED_PAGE)) {
        const event = viewRecord(row['record'] as Uint8Array)
        const emitted = projection.emit(event)
        if (emitted) this.#emit(emitted, event)
        position = event.position
        looked++
      }
    }
    const done = position >= until
    // What it emitted itself stands behind `until` and is of no interest to it.
    this.#projections.set(projection, {
      status: done ? 'running' : 'catching-up',
      position: done ? this.#newest : position,
    })
    return done
  }

  #emit({ stream, type, data }: Emitted, origin: RecordView): void {
    const state = this.#streams.get(stream)
    if (state.last === TOMBSTONE_REVISION) return
    const metadata = { $causedBy: origin.id, $o: origin.stream, $c: origin.position, $p: origin.position }
    const body = encodeBody({
      type,
      isJson: false,
      data: Buffer.from(data),
      metadata: Buffer.from(JSON.stringify(metadata)),
    })
    this.#write(state, state.last + 1, { id: this.#newId(), body })
  }

  #write(state: StreamState, revision: number, { id, body }: ProposedEvent): void {
    const position = this.#nextPosition
    if (state.id === 0) {
      this.#insertStream.run(state.name, position)
      state.id = position
    }
    const stream = Buffer.from(state.name, 'utf8')
    const record = encodeRecord({ id, stream, revision, position, createdMs: this.#createdMs, body })
    this.#insertEvent.run(position, state.id, revision, crc32(record), record)
    state.last = revision
    this.#newest = position
    this.#nextPosition = position + record.length
    this.#keepId(id, state.id, revision, position)
    if (isMetastream(state.name)) this.#metadataChanged(originalStreamOf(state.name))
  }

  #keepId(id: string, stream: number, revision: number, position: number): void {
    const key = idKey(id)
    const entry = Buffer.allocUnsafe(ENTRY_SIZE)
    for (let word = 0; word < 4; word++) entry.writeUInt32LE(key[word]!, word * 4)
    entry.writeDoubleLE(stream, 16)
    entry.writeDoubleLE(revision, 24)
    this.#freshIds.push(entry)
    this.#ids.set(key, stream, revision, position)
  }

  #metadataChanged(stream: string): void {
    this.#streams.get(stream).metadata = undefined
    this.#metadataOf.add(stream)
  }

  #writeMetadata(state: StreamState, json: Buffer): void {
    const metastream = this.#streams.get(metastreamOf(state.name))
    const body = encodeBody({ type: '$metadata', isJson: true, data: json })
    this.#write(metastream, metastream.last + 1, { id: this.#newId(), body })
  }

  #undelete(state: StreamState, nextRevision: number): void {
    const newest = this.#streams.newestMetadata(state)
    const json = newest && undeletedMetadata(newest.data, nextRevision)
    if (json) this.#writeMetadata(state, json)
  }

  /** The position of an event that a reader would get; a repeat of one that is cut off has none. */
  #visiblePosition(state: StreamState, revision: number): number {
    const ofMetastream = isMetastream(state.name)
    if (ofMetastream && this.#streams.get(originalStreamOf(state.name)).last === TOMBSTONE_REVISION) return NO_POSITION
    const metadata = ofMetastream ? METASTREAM_METADATA : this.#streams.metadata(state)
    const { maxCount, maxAge, truncateBefore = 0 } = metadata
    const least = Math.max(truncateBefore, maxCount === undefined ? 0 : state.last - maxCount + 1)
    if (isSoftDeleted(metadata) || revision < least) return NO_POSITION
    const event = this.#streams.at(state, revision)
    if (!event) return NO_POSITION
    const tooOld = maxAge !== undefined && event.createdMs < this.#now() - maxAge * 1000
    return tooOld ? NO_POSITION : event.position
  }
}
