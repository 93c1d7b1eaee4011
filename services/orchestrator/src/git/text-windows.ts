/** A part of a line: what begins between `from` and `to` is this window's to find, what stands around it is to be seen. */
export type TextWindow = {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** In characters. As much as is looked at in one go: the event loop waits for that. */
const windowLength = 96 * 1024
/** No secret that is known by its shape needs more; a longer one is found, but not to its end. */
export const overlapLength = 32 * 1024
/** Patterns look at what stands right before. */
const lookBehind = 16

/** A line that arrives in pieces, however long it is, in windows that overlap: what one of them cuts off, the next has whole. */
export class TextWindows {
  readonly #look: (window: TextWindow) => void
  #text = ''
  #from = 0
  #isFirst = true

  constructor(look: (window: TextWindow) => void) {
    this.#look = look
  }

  push(piece: string): void {
    this.#text += piece
    while (this.#text.length > windowLength) this.#window(windowLength, windowLength - overlapLength)
  }

  /** The line ends here; another may begin. */
  end(): void {
    this.#window(this.#text.length, this.#text.length)
    this.#text = ''
    this.#from = 0
    this.#isFirst = true
  }

  #window(end: number, to: number): void {
    const isLast = to === end
    this.#look({ text: this.#text.slice(0, end), from: this.#from, to, isFirst: this.#isFirst, isLast })
    const kept = Math.max(0, to - lookBehind)
    this.#text = this.#text.slice(kept)
    this.#from = to - kept
    this.#isFirst = false
  }
}
