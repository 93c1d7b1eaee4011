/*
 * The recorded rules, in the plainest form: a list of events, and everything worked out from it anew each time.
 * It shares no code with the node, so that the two can only agree by both being right.
 */
import { type ModelEvent, ModelLog, type NewEvent, OF_NODE, TOMBSTONE } from './model-log.ts'
import { type Cut, GONE, NO_CUT, cutOf, fieldsOf, isMeta, ownerOf } from './model-metadata.ts'
import { ModelProjections } from './model-projections.ts'

export type ModelResult =
  /** `event`: the one whose position the answer names. */
  | { outcome: 'written' | 'repeated'; last: number; event: ModelEvent | undefined; visible: boolean }
  | { outcome: 'wrong'; current: number }
  | { outcome: 'deleted' }

const [ANY, NO_STREAM, STREAM_EXISTS] = [-2, -1, -4]
const SOFT_DELETE = '{"$tb":9223372036854775807}'

type Verdict = 'write' | 'wrong' | 'deleted' | number

export class Model {
  readonly log = new ModelLog()
  readonly projections = new ModelProjections(this)
  now = 1_700_000_000_000
  scavenged = false
  /** The place where an id was written first, whatever the stream. */
  #known = new Map<string, ModelEvent>()

  cut(stream: string): Cut {
    if (isMeta(stream)) return { ...NO_CUT, maxCount: 1 }
    const newest = this.log.of(`$$${stream}`).at(-1)
    return newest?.isJson ? cutOf(newest.data) : NO_CUT
  }

  softDeleted(stream: string): boolean {
    return this.cut(stream).truncateBefore === GONE
  }

  add(stream: string, event: NewEvent, revision?: number): ModelEvent {
    const added = this.log.add(stream, this.now, event, revision)
    this.#know(added)
    return added
  }

  addMetadata(stream: string, data: string): ModelEvent {
    const event = { id: OF_NODE, type: '$metadata', data, isJson: true, correlation: undefined }
    return this.add(`$$${stream}`, event)
  }

  /** A transaction ends. */
  commit(): void {
    this.projections.follow()
  }

  /** What the node had in mind is lost: of ids it knows those of the events that are still there. */
  restarted(): void {
    this.#known.clear()
    for (const event of this.log.present()) this.#know(event)
  }

  #know(event: ModelEvent): void {
    if (event.id !== OF_NODE && !this.#known.has(event.id)) this.#known.set(event.id, event)
  }

  #check(stream: string, expected: number, ids: readonly string[]): Verdict {
    const last = this.log.last(stream)
    if (last === TOMBSTONE) return 'deleted'
    if (last < 0 && isMeta(stream) && this.log.last(ownerOf(stream)) === TOMBSTONE) return 'deleted'
    if (expected === STREAM_EXISTS && this.softDeleted(stream)) return 'deleted'
    if (expected === STREAM_EXISTS && last < 0 && this.log.last(`$$${stream}`) < 0) return 'wrong'
    if (expected === ANY || expected === STREAM_EXISTS) return this.#checkIds(stream, ids)
    if (expected === last) return 'write'
    if (expected > last || ids.length === 0) return 'wrong'
    const same = ids.map((id, index) => this.#wasAt(stream, expected + 1 + index, id))
    if (same.every(Boolean)) return expected + ids.length
    return !same[0] && expected === NO_STREAM && this.softDeleted(stream) ? 'write' : 'wrong'
  }

  #checkIds(stream: string, ids: readonly string[]): Verdict {
    const places = ids.map((id) => this.#known.get(id)).map((at) => (at?.stream === stream ? at.revision : undefined))
    if (places[0] === undefined) return 'write'
    return places.includes(undefined) ? 'wrong' : places.at(-1)!
  }

  /** An event that is gone counts as long as the node remembers its id. */
  #wasAt(stream: string, revision: number, id: string): boolean {
    const known = this.#known.get(id)
    if (known?.stream === stream && known.revision === revision) return true
    const event = this.log.of(stream)[revision]
    return event?.revision === revision && !event.gone && event.id === id
  }

  /** Metadata that cannot be read is left as it is. */
  #undelete(stream: string, truncateBefore: number): void {
    const fields = fieldsOf(this.log.of(`$$${stream}`).at(-1)!.data)
    if (fields) this.addMetadata(stream, JSON.stringify({ ...fields, $tb: truncateBefore }))
  }

  append(stream: string, expected: number, events: readonly NewEvent[]): ModelResult {
    const verdict = this.#check(
      stream,
      expected,
      events.map(({ id }) => id),
    )
    if (verdict === 'deleted') return { outcome: 'deleted' }
    if (verdict === 'wrong') return { outcome: 'wrong', current: this.log.last(stream) }
    if (typeof verdict === 'number') {
      const event = this.visible(stream, verdict)
      return { outcome: 'repeated', last: verdict, event, visible: event !== undefined }
    }
    const before = this.log.last(stream)
    const back = this.softDeleted(stream)
    const owner = isMeta(stream) && this.softDeleted(ownerOf(stream)) ? ownerOf(stream) : undefined
    const [last] = events.map((event) => this.add(stream, event)).slice(-1)
    if (back) this.#undelete(stream, before + 1)
    if (owner !== undefined) this.#undelete(owner, this.log.last(owner) + 1)
    return { outcome: 'written', last: before + events.length, event: last, visible: true }
  }

  remove(stream: string, hard: boolean, expected: number): ModelResult {
    const last = this.log.last(stream)
    const verdict = this.#check(stream, expected, ['never written'])
    const nothing = !hard && last < 0 && this.log.last(`$$${stream}`) < 0
    if (verdict === 'deleted') return { outcome: 'deleted' }
    if (verdict !== 'write' || nothing) return { outcome: 'wrong', current: last }
    if (!hard && this.log.last(`$$${stream}`) === TOMBSTONE) return { outcome: 'deleted' }
    const tombstone = { id: OF_NODE, type: '$streamDeleted', data: '', isJson: false, correlation: undefined }
    const event = hard ? this.add(stream, tombstone, TOMBSTONE) : this.addMetadata(stream, SOFT_DELETE)
    return { outcome: 'written', last: hard ? TOMBSTONE : last, event, visible: true }
  }

  /** With a stream go its metastream, the metastream of that, and so on. */
  #tombstoned(stream: string): boolean {
    if (this.log.last(stream) === TOMBSTONE) return true
    return isMeta(stream) && this.#tombstoned(ownerOf(stream))
  }

  status(stream: string): 'deleted' | 'missing' | 'present' {
    if (this.#tombstoned(stream)) return 'deleted'
    return this.log.last(stream) < 0 || this.softDeleted(stream) ? 'missing' : 'present'
  }

  /** What a reader sees. */
  read(stream: string): ModelEvent[] {
    if (this.status(stream) !== 'present') return []
    const { maxCount, maxAgeMs, truncateBefore } = this.cut(stream)
    const first = Math.max(truncateBefore, this.log.last(stream) - maxCount + 1)
    const oldest = this.now - maxAgeMs
    return this.log
      .of(stream)
      .filter(({ gone, revision, createdMs }) => !gone && revision >= first && createdMs >= oldest)
  }

  visible(stream: string, revision: number): ModelEvent | undefined {
    return this.read(stream).find((event) => event.revision === revision)
  }

  /** What a scavenge takes: what no reader of a stream sees, but never the newest event of one. */
  removable(): Set<ModelEvent> {
    const candidates = new Set(this.log.present())
    for (const stream of new Set(this.log.events.map((event) => event.stream))) {
      candidates.delete(this.log.of(stream).at(-1)!)
      for (const event of this.read(stream)) candidates.delete(event)
    }
    return candidates
  }
}
