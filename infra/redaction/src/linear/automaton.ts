import { type CharacterSet, holds } from './character-set.ts'
import { type Node, PatternError } from './parse.ts'

/** Places in a text, from and to. */
export type Span = readonly [from: number, to: number]

/** What a pattern comes to when its repetitions are written out. Each character of a text costs so many steps at most. */
const mostPlaces = 1000
const mostSteps = 4000

/** A pattern's characters, each a place, and which may come first, last and behind one another (after Glushkov). */
type Places = { readonly first: readonly number[]; readonly last: readonly number[]; readonly empty: boolean }

/** Looks for a pattern in time that grows with the text alone, whatever somebody writes into it. */
export class Automaton {
  readonly #sets: CharacterSet[] = []
  readonly #follow: Set<number>[] = []
  readonly #first: readonly number[]
  readonly #last: ReadonlySet<number>
  /** Whether a character of ASCII may stand at a place, by `place × 128 + code`. */
  readonly #ascii: Uint8Array
  readonly #next: readonly (readonly number[])[]

  /** @throws PatternError when it is too large. */
  constructor(pattern: Node) {
    const { first, last } = this.#build(pattern)
    this.#first = first
    this.#last = new Set(last)
    this.#next = this.#follow.map((places) => [...places])
    this.#ascii = new Uint8Array(this.#sets.length * 128)
    for (const [place, set] of this.#sets.entries()) {
      for (let code = 0; code < 128; code++) if (holds(set, code)) this.#ascii[place * 128 + code] = 1
    }
    const steps = first.length + this.#next.reduce((sum, places) => sum + places.length, 0)
    if (steps > mostSteps) throw new PatternError('it has too many ways to go on')
  }

  #build(node: Node): Places {
    switch (node.kind) {
      case 'set':
        return this.#place(node.set)
      case 'sequence':
        return node.parts.reduce<Places>((before, part) => this.#joined(before, this.#build(part)), nothing)
      case 'choice':
        return node.options
          .map((option) => this.#build(option))
          .reduce((one, other) => ({
            first: [...one.first, ...other.first],
            last: [...one.last, ...other.last],
            empty: one.empty || other.empty,
          }))
      case 'repeat':
        return this.#repeated(node)
    }
  }

  #place(set: CharacterSet): Places {
    const place = this.#sets.push(set) - 1
    if (place >= mostPlaces) throw new PatternError(`it stands for more than ${mostPlaces} characters`)
    this.#follow.push(new Set())
    return { first: [place], last: [place], empty: false }
  }

  #link(from: readonly number[], to: readonly number[]): void {
    for (const place of from) for (const next of to) this.#follow[place]!.add(next)
  }

  #joined(one: Places, other: Places): Places {
    this.#link(one.last, other.first)
    return {
      first: one.empty ? [...one.first, ...other.first] : one.first,
      last: other.empty ? [...one.last, ...other.last] : other.last,
      empty: one.empty && other.empty,
    }
  }

  #repeated({ part, least, most }: Extract<Node, { kind: 'repeat' }>): Places {
    let whole = nothing
    const times = Number.isFinite(most) ? most : Math.max(least, 1)
    for (let time = 1; time <= times; time++) {
      const once = this.#build(part)
      // What takes in nothing takes in no more when it is repeated, however often.
      if (once.first.length === 0) return nothing
      if (time === times && !Number.isFinite(most)) this.#link(once.last, once.first)
      whole = this.#joined(whole, time > least ? { ...once, empty: true } : once)
    }
    return whole
  }

  #takes(place: number, code: number): boolean {
    return code < 128 ? this.#ascii[place * 128 + code] === 1 : holds(this.#sets[place]!, code)
  }

  /** Everything that the pattern takes in, in order; what overlaps is one. */
  spans(text: string): Span[] {
    const found: [number, number][] = []
    let [now, then] = [new Front(this.#sets.length), new Front(this.#sets.length)]
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      then.clear()
      for (let index = 0; index < now.count; index++) {
        const place = now.places[index]!
        const begin = now.begins[place]!
        for (const next of this.#next[place]!) if (this.#takes(next, code)) then.add(next, begin)
      }
      for (const place of this.#first) if (this.#takes(place, code)) then.add(place, at)
      for (let index = 0; index < then.count; index++) {
        const place = then.places[index]!
        if (this.#last.has(place)) add(found, then.begins[place]!, at + 1)
      }
      ;[now, then] = [then, now]
    }
    return found
  }
}

/** The places at which a text stands, and where what stands there has begun, at the earliest. */
class Front {
  readonly places: Int32Array
  readonly begins: Int32Array
  count = 0
  readonly #turns: Int32Array
  #turn = 0

  constructor(size: number) {
    this.places = new Int32Array(size)
    this.begins = new Int32Array(size)
    this.#turns = new Int32Array(size)
  }

  clear(): void {
    this.count = 0
    this.#turn += 1
  }

  add(place: number, begin: number): void {
    if (this.#turns[place] !== this.#turn) {
      this.#turns[place] = this.#turn
      this.places[this.count++] = place
      this.begins[place] = begin
    } else if (begin < this.begins[place]!) this.begins[place] = begin
  }
}

const nothing: Places = { first: [], last: [], empty: true }

/** Ends only grow. */
function add(found: [number, number][], begin: number, end: number): void {
  let from = begin
  while (found.length > 0 && found.at(-1)![1] > from) from = Math.min(from, found.pop()![0])
  found.push([from, end])
}
