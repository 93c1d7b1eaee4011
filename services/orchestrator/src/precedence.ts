import { setTimeout as wait } from 'node:timers/promises'

/** By then what waits is done, whatever is still under way. In milliseconds. */
const longestMs = 10_000

/**
 * What goes before something that can wait. Where many begin or end at once, git and the engine have so much to do for them
 * that what somebody waits for would come seconds later.
 */
export class Precedence {
  readonly #open = new Set<Promise<void>>()

  /** Answers what is to be called once it is done; twice is fine. */
  begin(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#open.add(promise)
    return () => {
      this.#open.delete(promise)
      resolve()
    }
  }

  /** Settles once all that is under way now is done. @throws the signal's reason */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.#open.size === 0) return
    const over = new AbortController()
    try {
      const late = wait(longestMs, undefined, { signal: AbortSignal.any([signal, over.signal]), ref: false })
      await Promise.race([Promise.all(this.#open), late])
    } finally {
      over.abort()
    }
  }
}
