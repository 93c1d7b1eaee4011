import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { Delta } from './contract.ts'

/** Sends what a model says as live frames, a frame per block at most every so many milliseconds. */
export class LiveFrames {
  readonly #identity: { sessionId: string; messageId: string }
  readonly #publish: (frame: LiveFrame) => void
  readonly #everyMs: number
  #pending: Delta | undefined
  #offsets = new Map<number, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(identity: { sessionId: string; messageId: string }, publish: (frame: LiveFrame) => void, everyMs = 30) {
    this.#identity = identity
    this.#publish = publish
    this.#everyMs = everyMs
  }

  started(turn: number): void {
    this.#publish({ ...this.#identity, kind: 'started', turn })
  }

  delta(delta: Delta): void {
    if (this.#pending && this.#pending.block !== delta.block) this.flush()
    this.#pending = this.#pending ? { ...this.#pending, text: this.#pending.text + delta.text } : delta
    this.#timer ??= setTimeout(() => this.flush(), this.#everyMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const pending = this.#pending
    if (!pending) return
    this.#pending = undefined
    const offset = this.#offsets.get(pending.block) ?? 0
    this.#offsets.set(pending.block, offset + pending.text.length)
    this.#publish({ ...this.#identity, kind: 'delta', ...pending, offset })
  }

  /** What was said will not become a message: the call failed or was stopped. */
  aborted(): void {
    this.flush()
    this.#publish({ ...this.#identity, kind: 'aborted' })
  }
}
