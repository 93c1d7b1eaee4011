import assert from 'node:assert/strict'
import { type Reader, type StreamEvent, type StreamView, isYoung } from '../storage/reader.ts'
import type { Model } from './model.ts'
import { type ModelEvent, TOMBSTONE } from './model-log.ts'
import type { Random } from './random.ts'
import { lineOf, lineOfRecord } from './records.ts'

const EVERYTHING = 100_000

interface Range {
  from: number
  count: number
  backwards: boolean
}

/** As the node answers a read: page by page, without what is too old. */
function readRange(reader: Reader, view: StreamView, { from, count, backwards }: Range, pageSize: number): string[] {
  const found: StreamEvent[] = []
  for (let at = from; found.length < count; ) {
    const wanted = Math.min(count - found.length, pageSize)
    const page = reader.readPage(view, at, wanted, backwards)
    found.push(...page.filter((event) => isYoung(event, view)))
    const last = page.at(-1)
    if (!last || page.length < wanted) break
    at = last.revision + (backwards ? -1 : 1)
  }
  return found.map(lineOfRecord)
}

function expectedRange(seen: readonly ModelEvent[], { from, count, backwards }: Range): string[] {
  const inRange = seen.filter(({ revision }) => (backwards ? revision <= from : revision >= from))
  return (backwards ? inRange.toReversed() : inRange).slice(0, count).map(lineOf)
}

/** What the node's reader says against what the model knows. */
export class Comparison {
  readonly #model: Model
  readonly #random: Random
  readonly #positions = new Map<ModelEvent, number>()

  constructor(model: Model, random: Random) {
    this.#model = model
    this.#random = random
  }

  /** An event stands where it was first seen, for ever. */
  at(event: ModelEvent, position: number): void {
    const known = this.#positions.get(event) ?? position
    assert.equal(position, known, `position of ${lineOf(event)}`)
    this.#positions.set(event, position)
  }

  stream(reader: Reader, stream: string): void {
    const view = this.#view(reader, stream)
    if (view.status !== 'present') return
    const seen = this.#model.read(stream)
    for (const backwards of [false, true]) {
      const range = { from: backwards ? TOMBSTONE : 0, count: EVERYTHING, backwards }
      const answer = readRange(reader, view, range, 1000)
      assert.deepEqual(answer, expectedRange(seen, range), `${stream}, backwards ${backwards}`)
    }
  }

  streamRange(reader: Reader, stream: string): void {
    const random = this.#random
    const view = this.#view(reader, stream)
    const [from, count] = [random.between(0, this.#model.log.of(stream).length + 1), random.between(1, 12)]
    const seen = this.#model.read(stream)
    const found = reader.find(stream, from)
    assert.deepEqual(found ? [lineOfRecord(found)] : [], seen.filter((event) => event.revision === from).map(lineOf))
    if (view.status !== 'present') return
    const range = { from, count, backwards: random.chance(0.5) }
    const answer = readRange(reader, view, range, random.between(1, 6))
    assert.deepEqual(answer, expectedRange(seen, range), `${stream}, ${JSON.stringify(range)}`)
  }

  #view(reader: Reader, stream: string): StreamView {
    const view = reader.view(stream)
    assert.equal(view.status, this.#model.status(stream), `status of ${stream}`)
    assert.equal(view.last, this.#model.log.last(stream), `last of ${stream}`)
    return view
  }

  /** Whether the store holds just what the model does. */
  sameLog(reader: Reader): boolean {
    const lines = reader.allForwards(0, EVERYTHING).map(lineOfRecord)
    return lines.join('\n') === this.#model.log.present().map(lineOf).join('\n')
  }

  /** Events of the model that the store has no more. */
  missing(reader: Reader): ModelEvent[] {
    const there = new Set(reader.allForwards(0, EVERYTHING).map(lineOfRecord))
    return this.#model.log.present().filter((event) => !there.has(lineOf(event)))
  }

  all(reader: Reader): void {
    const events = reader.allForwards(0, EVERYTHING)
    const present = this.#model.log.present()
    assert.deepEqual(events.map(lineOfRecord), present.map(lineOf), '$all')
    for (const [index, { position }] of events.entries()) {
      assert.ok(index === 0 || position > events[index - 1]!.position, 'positions grow')
      this.at(present[index]!, position)
    }
    const backwards = reader.allBackwards(Number.MAX_SAFE_INTEGER, EVERYTHING)
    assert.deepEqual(
      backwards.map(({ position }) => position),
      events.map(({ position }) => position).toReversed(),
    )
  }

  allRange(reader: Reader): void {
    const present = this.#model.log.present()
    if (present.length === 0) return
    const [index, count, behind] = [
      this.#random.between(0, present.length - 1),
      this.#random.between(1, 12),
      this.#random.between(0, 1),
    ]
    const event = present[index]!
    if (!this.#positions.has(event)) this.all(reader)
    const at = this.#positions.get(event)! + behind
    const forwards = reader.allForwards(at, count).map(lineOfRecord)
    assert.deepEqual(forwards, present.slice(index + behind, index + behind + count).map(lineOf), '$all forwards')
    const backwards = reader.allBackwards(at, count).map(lineOfRecord)
    const before = present.slice(0, index + behind).toReversed()
    assert.deepEqual(backwards, before.slice(0, count).map(lineOf), '$all backwards')
    const behindAll = index === present.length - 1
    assert.equal(reader.canBeginAt(at), behind === 0 || behindAll || this.#model.scavenged, 'where $all can begin')
  }
}
