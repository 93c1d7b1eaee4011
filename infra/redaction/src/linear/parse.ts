import { type CharacterSet, caseless, inverted, setOf, union } from './character-set.ts'

/** A pattern, as a tree. A set takes one character. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number }

/** The pattern is none that can be looked for in linear time, or none at all. */
export class PatternError extends Error {
  override name = 'PatternError'
}

/** More is written as `+` or `*`. */
const mostTimes = 500

const digit = setOf(['0', '9'])
const word = union(setOf(['a', 'z'], ['A', 'Z'], ['_', '_']), digit)
const space = setOf([' ', ' '], ['\t', '\r'], ['\u00a0', '\u00a0'], ['\u2028', '\u2029'], ['\ufeff', '\ufeff'])
const classes: Readonly<Record<string, CharacterSet>> = {
  d: digit,
  D: inverted(digit),
  w: word,
  W: inverted(word),
  s: space,
  S: inverted(space),
  t: setOf(['\t', '\t']),
  n: setOf(['\n', '\n']),
  r: setOf(['\r', '\r']),
}
const dot = inverted(setOf(['\n', '\n'], ['\r', '\r'], ['\u2028', '\u2029']))

/**
 * Reads the part of regular expressions that a finite automaton can look for: characters, classes, `.`, groups,
 * alternatives and repetition, and `(?i)` in front. There is no looking around, no back-reference and no anchor.
 * @throws PatternError
 */
export function parsePattern(source: string): Node {
  const ignoreCase = source.startsWith('(?i)')
  const reader = new PatternReader(ignoreCase ? source.slice(4) : source, ignoreCase)
  return reader.whole()
}

class PatternReader {
  readonly #source: string
  readonly #ignoreCase: boolean
  #at = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
  }

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.#source.length) throw this.#error('a bracket that nothing opens')
    return node
  }

  #error(what: string): PatternError {
    return new PatternError(`${what}, at character ${this.#at + 1}`)
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #choice(): Node {
    const options = [this.#sequence()]
    while (this.#takes('|')) options.push(this.#sequence())
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (this.#peek() !== '' && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated())
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  #repeated(): Node {
    const part = this.#atom()
    const times = this.#times()
    if (!times) return part
    // Lazy or greedy, what is found is the same.
    this.#takes('?')
    if (/^[*+?{]/.test(this.#peek())) throw this.#error('a repetition of a repetition')
    return { kind: 'repeat', part, ...times }
  }

  #times(): { least: number; most: number } | undefined {
    if (this.#takes('*')) return { least: 0, most: Number.POSITIVE_INFINITY }
    if (this.#takes('+')) return { least: 1, most: Number.POSITIVE_INFINITY }
    if (this.#takes('?')) return { least: 0, most: 1 }
    const braces = /^\{(\d{1,6})(,?)(\d{0,6})\}/.exec(this.#source.slice(this.#at))
    if (!braces) return undefined
    const [whole, from = '', comma, to] = braces
    const least = Number(from)
    const most = to ? Number(to) : comma ? Number.POSITIVE_INFINITY : least
    const written = Number.isFinite(most) ? most : least
    if (most < least || written > mostTimes) throw this.#error(`a repetition of more than ${mostTimes}, or of none`)
    this.#at += whole.length
    return { least, most }
  }

  #atom(): Node {
    if (this.#takes('(')) return this.#group()
    if (this.#takes('[')) return { kind: 'set', set: this.#cased(this.#class()) }
    if (this.#takes('.')) return { kind: 'set', set: dot }
    const character = this.#peek()
    if (character === '^' || character === '$') throw this.#error(`an anchor (${character}): write what stands there`)
    if (/[*+?{]/.test(character)) throw this.#error('a repetition of nothing')
    return { kind: 'set', set: this.#cased(this.#character()) }
  }

  #group(): Node {
    if (this.#peek() === '?' && !this.#takes('?:')) {
      const named = /^\?<[A-Za-z]\w*>/.exec(this.#source.slice(this.#at))
      if (!named) throw this.#error('looking around, or another extension')
      this.#at += named[0].length
    }
    const inner = this.#choice()
    if (!this.#takes(')')) throw this.#error('a bracket that nothing closes')
    return inner
  }

  /** One character, or an escape that stands for one or more. */
  #character(): CharacterSet {
    if (!this.#takes('\\')) {
      const character = this.#peek()
      this.#at += 1
      return setOf([character, character])
    }
    const escaped = this.#peek()
    this.#at += 1
    const known = classes[escaped]
    if (known) return known
    const unicode = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(this.#source.slice(this.#at - 1))
    if (unicode) {
      this.#at += unicode[0].length - 1
      const character = String.fromCharCode(Number.parseInt(unicode[1] ?? unicode[2]!, 16))
      return setOf([character, character])
    }
    if (escaped === '' || /\w/.test(escaped)) throw this.#error(`\\${escaped}, which a pattern cannot have here`)
    return setOf([escaped, escaped])
  }

  #class(): CharacterSet {
    const isInverted = this.#takes('^')
    let set: CharacterSet = setOf()
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === '') throw this.#error('a class that nothing closes')
      set = union(set, this.#range())
    }
    this.#at += 1
    return isInverted ? inverted(set) : set
  }

  #range(): CharacterSet {
    const from = this.#character()
    const isRange = this.#peek() === '-' && this.#source.charAt(this.#at + 1) !== ']'
    if (!isRange) return from
    this.#at += 1
    const to = this.#character()
    const [low, high] = [from[0]?.[0], to[0]?.[0]]
    const single = from.length === 1 && to.length === 1 && from[0]![0] === from[0]![1] && to[0]![0] === to[0]![1]
    if (!single || low! > high!) throw this.#error('a range without an order')
    return [[low!, high!]]
  }

  #cased(set: CharacterSet): CharacterSet {
    return this.#ignoreCase ? caseless(set) : set
  }
}
