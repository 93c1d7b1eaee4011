import type { LiveFrame } from '@mosaic/contracts/messaging'
import { RedactedWords, type Seam } from '@mosaic/redaction'
import type { Delta } from './contract.ts'

/** `seam`: between what is said in one block and the next. */
type Covering = { readonly redact: (text: string) => string; readonly seam: Seam }
type Identity = Pick<LiveFrame, 'sessionId' | 'messageId'>

/** Sends what a model says as live frames, secrets covered, a frame per block at most every so many milliseconds. */
export class LiveFrames {
  readonly #identity: Identity
  readonly #publish: (frame: LiveFrame) => void
  readonly #covering: Covering
  readonly #everyMs: number
  /** The block that is being said, and what of it waits to be sent or may still become a secret. */
  #saying: { readonly delta: Delta; readonly words: RedactedWords; offset: number } | undefined
  #waiting = ''
  #timer: NodeJS.Timeout | undefined

  constructor(identity: Identity, publish: (frame: LiveFrame) => void, covering: Covering, everyMs = 30) {
    this.#identity = identity
    this.#publish = publish
    this.#covering = covering
    this.#everyMs = everyMs
  }

  started(turn: number): void {
    this.#publish({ ...this.#identity, kind: 'started', turn })
  }

  delta(delta: Delta): void {
    if (this.#saying?.delta.block !== delta.block) {
      this.finished()
      this.#saying = { delta, words: this.#words(delta), offset: 0 }
    }
    this.#waiting += delta.text
    this.#timer ??= setTimeout(() => this.#flush(), this.#everyMs)
  }

  /** Thoughts and inputs of tools are no part of what is said. */
  #words({ blockType }: Delta): RedactedWords {
    const { redact, seam } = this.#covering
    return new RedactedWords(redact, blockType === 'text' ? (piece) => seam.covered(piece) : redact)
  }

  /** Nothing more is said in this block. */
  finished(): void {
    this.#flush()
    if (this.#saying) this.#send(this.#saying.words.end())
    this.#saying = undefined
  }

  /** What was said will not become a message: the call failed or was stopped. */
  aborted(): void {
    this.finished()
    this.#publish({ ...this.#identity, kind: 'aborted' })
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = this.#waiting
    this.#waiting = ''
    if (this.#saying && waiting !== '') this.#send(this.#saying.words.push(waiting))
  }

  #send(text: string): void {
    const saying = this.#saying
    if (!saying || text === '') return
    this.#publish({ ...this.#identity, kind: 'delta', ...saying.delta, offset: saying.offset, text })
    saying.offset += text.length
  }
}
