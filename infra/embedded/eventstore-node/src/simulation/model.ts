/*
 * The recorded rules, in the plainest form: a list of events, and everything worked out from it anew each time.
 * It shares no code with the node, so that the two can only agree by both being right.
 */

export interface ModelEvent {
  stream: string
  revision: number
  id: string
  createdMs: number
  /** JSON of a metadata event. */
  json: string | undefined
}

export type ModelResult =
  | { outcome: 'written' | 'repeated'; last: number; visible: boolean }
  | { outcome: 'wrong'; current: number }
  | { outcome: 'deleted' }

export const TOMBSTONE = Number.MAX_SAFE_INTEGER
const GONE = 2 ** 63
const [ANY, NO_STREAM, STREAM_EXISTS] = [-2, -1, -4]

interface Cut {
  maxCount: number
  maxAgeMs: number
  truncateBefore: number
}

const NO_CUT: Cut = { maxCount: Infinity, maxAgeMs: Infinity, truncateBefore: 0 }

function cutOf(json: string | undefined): Cut {
  if (json === undefined) return NO_CUT
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(json) as Record<string, unknown>
  } catch {
    return NO_CUT
  }
  const number = (name: string, otherwise: number, least: number): number => {
    const value = fields[name]
    if (value === undefined) return otherwise
    if (typeof value !== 'number' || !Number.isInteger(value)) return Number.NaN
    return value < least ? otherwise : value
  }
  const maxCount = number('$maxCount', Infinity, 1)
  const maxAge = number('$maxAge', Infinity, 1)
  const truncateBefore = number('$tb', 0, 0)
  return [maxCount, maxAge, truncateBefore].some(Number.isNaN)
    ? NO_CUT
    : { maxCount, maxAgeMs: maxAge * 1000, truncateBefore }
}

export class Model {
  events: ModelEvent[] = []

  of(stream: string): ModelEvent[] {
    return this.events.filter((event) => event.stream === stream)
  }

  last(stream: string): number {
    return this.of(stream).at(-1)?.revision ?? -1
  }

  cut(stream: string): Cut {
    return cutOf(this.of(`$$${stream}`).at(-1)?.json)
  }

  softDeleted(stream: string): boolean {
    return this.cut(stream).truncateBefore === GONE
  }

  #add(stream: string, revision: number, id: string, json: string | undefined, now: number): void {
    this.events.push({ stream, revision, id, createdMs: now, json })
  }

  /** The place where an id was written last, whatever the stream. */
  #known(id: string): ModelEvent | undefined {
    return this.events.findLast((event) => event.id === id)
  }

  #check(stream: string, expected: number, ids: string[]): 'write' | 'wrong' | 'deleted' | number {
    const last = this.last(stream)
    if (last === TOMBSTONE) return 'deleted'
    if (last < 0 && stream.startsWith('$$') && this.last(stream.slice(2)) === TOMBSTONE) return 'deleted'
    if (expected === STREAM_EXISTS && this.softDeleted(stream)) return 'deleted'
    if (expected === STREAM_EXISTS && last < 0 && this.last(`$$${stream}`) < 0) return 'wrong'
    if (expected === ANY || expected === STREAM_EXISTS) {
      const places = ids
        .map((id) => this.#known(id))
        .map((event) => (event?.stream === stream ? event.revision : undefined))
      if (places[0] === undefined) return 'write'
      return places.includes(undefined) ? 'wrong' : places.at(-1)!
    }
    if (expected === last) return 'write'
    if (expected > last || ids.length === 0) return 'wrong'
    const stored = this.of(stream)
    const same = ids.map((id, index) => stored.find((event) => event.revision === expected + 1 + index)?.id === id)
    if (same.every(Boolean)) return expected + ids.length
    return !same[0] && expected === NO_STREAM && this.softDeleted(stream) ? 'write' : 'wrong'
  }

  #undelete(stream: string, truncateBefore: number, now: number): void {
    const newest = this.of(`$$${stream}`).at(-1)!
    const json = JSON.stringify({ ...(JSON.parse(newest.json!) as object), $tb: truncateBefore })
    this.#add(`$$${stream}`, newest.revision + 1, 'node', json, now)
  }

  append(stream: string, expected: number, ids: string[], json: string | undefined, now: number): ModelResult {
    const verdict = this.#check(stream, expected, ids)
    if (verdict === 'deleted') return { outcome: 'deleted' }
    if (verdict === 'wrong') return { outcome: 'wrong', current: this.last(stream) }
    if (typeof verdict === 'number') {
      const visible = this.#sees(stream, verdict, now)
      return { outcome: 'repeated', last: verdict, visible }
    }
    const before = this.last(stream)
    const back = this.softDeleted(stream)
    const original = stream.startsWith('$$') ? stream.slice(2) : undefined
    const originalBack = original !== undefined && this.softDeleted(original)
    for (const [index, id] of ids.entries()) this.#add(stream, before + 1 + index, id, json, now)
    if (back) this.#undelete(stream, before + 1, now)
    if (originalBack && ids.length > 0) this.#undelete(original, this.last(original) + 1, now)
    return { outcome: 'written', last: before + ids.length, visible: true }
  }

  #sees(stream: string, revision: number, now: number): boolean {
    try {
      return this.read(stream, now)?.some((event) => event.revision === revision) ?? false
    } catch {
      return false
    }
  }

  remove(stream: string, hard: boolean, expected: number, now: number): ModelResult {
    const last = this.last(stream)
    const verdict = this.#check(stream, expected, ['never written'])
    const nothing = !hard && last < 0 && this.last(`$$${stream}`) < 0
    if (verdict === 'deleted') return { outcome: 'deleted' }
    if (verdict !== 'write' || nothing) return { outcome: 'wrong', current: last }
    if (!hard && this.last(`$$${stream}`) === TOMBSTONE) return { outcome: 'deleted' }
    if (hard) this.#add(stream, TOMBSTONE, 'node', undefined, now)
    else this.#add(`$$${stream}`, this.last(`$$${stream}`) + 1, 'node', '{"$tb":9223372036854775807}', now)
    return { outcome: 'written', last: hard ? TOMBSTONE : last, visible: true }
  }

  /** What a reader sees; `undefined`: no such stream. Throws for a tombstoned one. */
  read(stream: string, now: number): ModelEvent[] | undefined {
    const last = this.last(stream)
    const owner = stream.startsWith('$$') ? this.last(stream.slice(2)) : last
    if (last === TOMBSTONE || owner === TOMBSTONE) throw new Error('tombstoned')
    const { maxCount, maxAgeMs, truncateBefore } = stream.startsWith('$$')
      ? { ...NO_CUT, maxCount: 1 }
      : this.cut(stream)
    if (last < 0 || truncateBefore === GONE) return undefined
    return this.of(stream).filter(
      ({ revision, createdMs }) =>
        revision >= truncateBefore && revision > last - maxCount && createdMs >= now - maxAgeMs,
    )
  }
}
