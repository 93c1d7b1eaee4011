import type { DatabaseSync } from 'node:sqlite'
import { type Emitted, SYSTEM_PROJECTIONS, type SystemProjection } from '../projections/definitions.ts'
import { type Progress, ProjectionProgress } from '../projections/progress.ts'
import { TOMBSTONE_REVISION, encodeBody, viewRecord } from '../wire/record.ts'
import type { EventLog } from './event-log.ts'
import { isSoftDeleted, metastreamOf } from './metadata.ts'
import type { Pages } from './pages.ts'
import type { StreamState, StreamStates } from './stream-states.ts'

const PAGE = 500
const OPEN_TO_EVERYBODY = { $acl: { $r: '$all', $mr: '$all' } }

interface ProjectorDeps {
  db: DatabaseSync
  log: EventLog
  streams: StreamStates
  pages: Pages
  newId: () => string
}

/** Runs the system projections inside the writer's transactions, so that a link is there when its event is. */
export class Projector {
  readonly #log: EventLog
  readonly #streams: StreamStates
  readonly #newId: () => string
  readonly #progress: ProjectionProgress
  readonly #pages: Pages

  constructor({ db, log, streams, pages, newId }: ProjectorDeps) {
    this.#log = log
    this.#streams = streams
    this.#newId = newId
    this.#progress = new ProjectionProgress(db)
    this.#pages = pages
  }

  load(): void {
    this.#progress.load()
  }

  /** Brings those that are running up to the end of the log. */
  follow(): void {
    for (const [projection, progress] of this.#progress.running()) {
      if (progress.position < this.#log.newest) this.#project(projection, progress, Number.POSITIVE_INFINITY)
    }
  }

  /** Takes a projection on by about `most` events; true when it has everything and goes along from now on. */
  takeOn(name: string, most: number): boolean {
    const projection = this.#named(name)
    const progress = this.#progress.get(projection)
    return progress.status === 'running' || this.#project(projection, progress, most)
  }

  stop(name: string): void {
    const projection = this.#named(name)
    this.#progress.set(projection, { ...this.#progress.get(projection), status: 'stopped' })
  }

  #named(name: string): SystemProjection {
    return SYSTEM_PROJECTIONS.find((projection) => projection.name === name)!
  }

  #project(projection: SystemProjection, { position }: Progress, most: number): boolean {
    const until = this.#log.newest
    let looked = 0
    while (position < until && looked < most) {
      for (const { record } of this.#pages.allForwards(position + 1, PAGE)) {
        const event = viewRecord(record)
        const emitted = projection.emit(event)
        if (emitted) this.#emit(emitted)
        position = event.position
        looked++
      }
    }
    const done = position >= until
    // What it emitted itself stands behind `until` and is of no interest to it.
    this.#progress.set(projection, {
      status: done ? 'running' : 'catching-up',
      position: done ? this.#log.newest : position,
    })
    return done
  }

  #emit({ stream, type, data, metadata }: Emitted): void {
    const state = this.#streams.get(stream)
    if (state.last === TOMBSTONE_REVISION) return
    this.#admitEverybody(state)
    const body = encodeBody({ type, isJson: false, data: Buffer.from(data), metadata: Buffer.from(metadata()) })
    this.#log.write(state, [{ id: this.#newId(), body }])
  }

  /** Metadata that lets everybody read goes before the first link of a stream, and brings a deleted one back. */
  #admitEverybody(state: StreamState): void {
    const deleted = isSoftDeleted(this.#streams.metadata(state))
    const metastream = this.#streams.get(metastreamOf(state.name))
    if (!deleted && (state.last >= 0 || metastream.last >= 0)) return
    if (metastream.last === TOMBSTONE_REVISION) return
    const json = JSON.stringify({ ...(deleted && { $tb: state.last + 1 }), ...OPEN_TO_EVERYBODY })
    const body = encodeBody({ type: '$metadata', isJson: true, data: Buffer.from(json) })
    this.#log.write(metastream, [{ id: this.#newId(), body }])
  }
}
