import { coverBeginning } from './seam.ts'

/** What may still become part of a secret is held back: so many words, and never more than so many characters. */
const heldWords = 4
const mostHeld = 16_384
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

  /** @param give covers a piece that holds whole secrets; with what came before this text, if that is remembered. */
  constructor(redact: (text: string) => string, give = redact) {
    this.#redact = redact
    this.#give = give
  }

  /** What of all that has come can be given on now. */
  push(piece: string): string {
    this.#held += piece
    const at = this.#cut()
    const ready = this.#held.slice(0, at)
    this.#held = this.#held.slice(at)
    return ready === '' ? '' : this.#give(ready)
  }

  /** The rest, when nothing follows. */
  end(): string {
    const rest = this.#held === '' ? '' : this.#give(this.#held)
    this.#held = ''
    return coverBeginning(rest)
  }

  /** A place before which every secret is whole, and after which none is known by what stands before. */
  #cut(): number {
    const text = this.#held
    const block = text.lastIndexOf(begin)
    const openBlock = block >= 0 && !end.test(text.slice(block)) ? block : text.length
    const whole = this.#redact(text)
    const cuts = (at: number) => this.#redact(text.slice(0, at)) + this.#redact(text.slice(at)) !== whole
    let at = Math.min(startOfLastWords(text, text.length), openBlock)
    while (at > 0 && cuts(at)) at = startOfLastWords(text, at)
    // Without white space for so long it is given on between words as well.
    if (text.length - at > mostHeld) at = text.length - mostHeld
    while (at > 0 && cuts(at)) at = Math.max(at - 64, 0)
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
