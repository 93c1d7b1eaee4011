import { randomUUID } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TOMBSTONE_REVISION, encodeBody } from '../wire/record.ts'
import type { ProposedEvent, WriteCommand, WriteResult } from './commands.ts'
import { EventLog, type FreshRecords } from './event-log.ts'
import {
  SOFT_DELETE_JSON,
  isMetastream,
  isSoftDeleted,
  metastreamOf,
  originalStreamOf,
  undeletedMetadata,
} from './metadata.ts'
import { Pages } from './pages.ts'
import { Projector } from './projector.ts'
import { Scavenger } from './scavenger.ts'
import { type StreamState, StreamStates } from './stream-states.ts'
import { type StreamFacts, decide } from './write-rules.ts'
import { unixTime } from '../clock.ts'

const NO_POSITION = -1

export interface Committed {
  results: WriteResult[]
  /** Position of the newest event. */
  newest: number
  /** Streams whose metadata changed. */
  metadataOf: string[]
  fresh: FreshRecords
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
  readonly #log: EventLog
  readonly #projector: Projector
  readonly #scavenger: Scavenger
  readonly #begin: StatementSync
  readonly #commit: StatementSync

  constructor(db: DatabaseSync, options: EngineOptions = {}) {
    this.#db = db
    this.#now = options.now ?? unixTime
    this.#newId = options.newId ?? randomUUID
    const pages = new Pages(db)
    this.#streams = new StreamStates(db, pages)
    this.#log = new EventLog(db, this.#streams, pages)
    this.#projector = new Projector({ db, log: this.#log, streams: this.#streams, pages, newId: this.#newId })
    this.#scavenger = new Scavenger({ db, streams: this.#streams, pages, now: this.#now })
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#log.load()
  }

  get newest(): number {
    return this.#log.newest
  }

  /** Executes all commands in one durable transaction. When that fails nothing of it stays, and the fault is thrown. */
  execute(commands: readonly WriteCommand[]): Committed {
    this.#log.begin(this.#now())
    try {
      this.#begin.run()
      const results = commands.map((command) => this.#one(command))
      this.#projector.follow()
      const finished = this.#log.finish()
      this.#commit.run()
      return { results, newest: this.#log.newest, ...finished }
    } catch (fault) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#forget()
      throw fault
    }
  }

  /** After a transaction that did not come about nothing in memory is true any more. */
  #forget(): void {
    this.#streams.clear()
    this.#scavenger.stop()
    this.#projector.load()
    this.#log.load()
  }

  #one(command: WriteCommand): WriteResult {
    const { kind, stream, expected } = command
    switch (kind) {
      case 'append':
        return this.#append(this.#streams.get(stream), expected, command.events)
      case 'delete':
      case 'tombstone':
        return this.#remove(this.#streams.get(stream), kind, expected)
      case 'project':
        return this.#done(this.#projector.takeOn(stream, expected))
      case 'stop-projection':
        this.#projector.stop(stream)
        return this.#done(true)
      case 'scavenge':
        return this.#done(this.#scavenger.step(expected, this.#log.nextPosition))
      case 'stop-scavenge':
        this.#scavenger.stop()
        return this.#done(true)
    }
  }

  #done(done: boolean): WriteResult {
    return { outcome: 'written', last: done ? 1 : 0, position: this.#log.newest }
  }

  /** As the real server sees it: the metastream of a tombstoned stream takes no first event. */
  #lastOf(state: StreamState): number {
    if (state.last >= 0 || !isMetastream(state.name)) return state.last
    const original = this.#streams.get(originalStreamOf(state.name))
    return original.last === TOMBSTONE_REVISION ? TOMBSTONE_REVISION : state.last
  }

  #facts(state: StreamState): StreamFacts {
    return {
      last: this.#lastOf(state),
      softDeleted: () => isSoftDeleted(this.#streams.metadata(state)),
      hasMetadata: () => this.#streams.get(metastreamOf(state.name)).last >= 0,
      recentRevision: (id) => this.#log.recentRevision(state, id),
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
    this.#log.write(state, events)
    // Bringing a stream back writes metadata behind it; the answer is about what was asked for.
    const result: WriteResult = { outcome: 'written', last: state.last, position: this.#log.newest }
    if (comesBack) this.#undelete(state, before + 1)
    if (original && originalComesBack) this.#undelete(original, original.last + 1)
    return result
  }

  #remove(state: StreamState, kind: 'delete' | 'tombstone', expected: number): WriteResult {
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
      this.#log.write(state, [{ id, body }], TOMBSTONE_REVISION)
    } else this.#writeMetadata(state, SOFT_DELETE_JSON)
    return { outcome: 'written', last: state.last, position: this.#log.newest }
  }

  #writeMetadata(state: StreamState, json: Buffer): void {
    const metastream = this.#streams.get(metastreamOf(state.name))
    const body = encodeBody({ type: '$metadata', isJson: true, data: json })
    this.#log.write(metastream, [{ id: this.#newId(), body }])
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
    const metadata = this.#streams.metadata(state)
    const { maxCount, maxAge, truncateBefore = 0 } = metadata
    const least = Math.max(truncateBefore, maxCount === undefined ? 0 : state.last - maxCount + 1)
    if (isSoftDeleted(metadata) || revision < least) return NO_POSITION
    const event = this.#streams.at(state, revision)
    if (!event) return NO_POSITION
    const tooOld = maxAge !== undefined && event.createdMs < this.#now() - maxAge * 1000
    return tooOld ? NO_POSITION : event.position
  }
}
