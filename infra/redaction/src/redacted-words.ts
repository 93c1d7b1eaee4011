import { coverBeginning, rest } from './seam.ts'

/** What may still become part of a secret is held back: so many words, and never more than so many characters. */
const heldWords = 4
const mostHeld = 16_384
/** More than so many characters are looked through when a quarter has come to them, not with every piece. */
const lookedAtOften = 1024
const begin = '-----BEGIN '
const end = /-----END [A-Z0-9 ]{0,100}-----/

/**
 * A text that arrives in pieces, given on with its secrets covered wherever they were cut: the end of what has come is
 * held back until enough has followed it.
 */
export class RedactedWords {
  readonly #redact: (text: string) => string
  readonly #give: (text: string) => string
  #held = ''
  /** Nothing is looked for before so much is held. */
  #enough = 0
  /** Whether a word has been cut that may be a secret: none of it is given on. */
  #isCovering = false

  /** @param give covers a piece that holds whole secrets; with what came before this text, if that is remembered. */
  constructor(redact: (text: string) => string, give = redact) {
    this.#redact = redact
    this.#give = give
  }

  /** What of all that has come can be given on now. */
  push(piece: string): string {
    this.#held += this.#isCovering ? this.#afterWord(piece) : piece
    if (this.#held.length < this.#enough) return ''
    const at = this.#cut()
    if (at === 0 && this.#held.length > 2 * mostHeld) return this.#cutWord()
    const ready = this.#held.slice(0, at)
    this.#held = this.#held.slice(at)
    this.#enough = this.#held.length > lookedAtOften ? this.#held.length * 1.25 : 0
    return ready === '' ? '' : this.#give(ready)
  }

  /** A word that is longer than any secret and cannot be cut: it is covered to its end, whenever that comes. */
  #cutWord(): string {
    const ready = this.#give(this.#held)
    this.#held = ''
    this.#enough = 0
    this.#isCovering = true
    return ready + rest
  }

  #afterWord(piece: string): string {
    const end = piece.search(/\s/)
    if (end < 0) return ''
    this.#isCovering = false
    return piece.slice(end)
  }

  /** The rest, when nothing follows. */
  end(): string {
    const last = this.#held === '' ? '' : this.#give(this.#held)
    this.#held = ''
    return coverBeginning(last)
  }

  /** A place before which every secret is whole, and after which none is known by what stands before. */
  #cut(): number {
    const text = this.#held
    const block = text.lastIndexOf(begin)
    const openBlock = block >= 0 && !end.test(text.slice(block)) ? block : text.length
    const whole = this.#redact(text)
    const cuts = (at: number) => this.#redact(text.slice(0, at)) + this.#redact(text.slice(at)) !== whole
    let at = Math.min(startOfLastWords(text, text.length), openBlock)
    for (let words = 1; at > 0 && cuts(at); words *= 2) for (let n = 0; n < words; n++) at = startOfLastWords(text, at)
    // Without white space for so long it is given on between words as well.
    if (text.length - at > mostHeld) at = text.length - mostHeld
    for (let back = 64; at > 0 && cuts(at); back *= 2) at = Math.max(at - back, 0)
    return at
  }
}

/** A secret has no white space in it, and at most a few words before it tell that it is one. */
function startOfLastWords(text: string, before: number): number {
  let at = before
  for (let word = 0; word < heldWords && at > 0; word++) {
    while (at > 0 && !isSpace(text, at - 1)) at--
    while (at > 0 && isSpace(text, at - 1)) at--
  }
  return at
}

const isSpace = (text: string, at: number): boolean => /\s/.test(text.charAt(at))
