import type { ModelLimits } from '../contract.ts'
import { AnswerBrokenError } from './faults.ts'

/** How long an answer is waited for: its first byte, each silence within it, and the whole of it. */
export class Patience {
  /** Aborted by the caller, or when the time is up. */
  readonly signal: AbortSignal
  /** Why the time was up. */
  lost: AnswerBrokenError | undefined
  readonly #limits: ModelLimits
  readonly #up = new AbortController()
  readonly #whole: NodeJS.Timeout
  #silence: NodeJS.Timeout

  constructor(limits: ModelLimits, signal: AbortSignal) {
    this.#limits = limits
    this.signal = AbortSignal.any([signal, this.#up.signal])
    this.#whole = this.#after(limits.answerMs, 'did not come to an end with its answer')
    this.#silence = this.#after(limits.firstByteMs, 'sent nothing')
  }

  heard(): void {
    clearTimeout(this.#silence)
    this.#silence = this.#after(this.#limits.silenceMs, 'went silent within its answer')
  }

  end(): void {
    clearTimeout(this.#whole)
    clearTimeout(this.#silence)
  }

  #after(milliseconds: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.lost = new AnswerBrokenError(`${what} for ${Math.round(milliseconds / 1000)} s`)
      this.#up.abort(this.lost)
    }, milliseconds)
  }
}
