import { pauseAfter } from '@mosaic/runtime'

/** What takes longer than this is not done after every step, but for a tenth of the time at most. In milliseconds. */
const quickMs = 5000
const share = 10

/** After so many failures in a row it is given up, until the session is picked up anew. */
const mostFailures = 8
const pauses = { firstMs: 2000, longestMs: 300_000 }

/** When the files of a session are kept next: after every step, as long as that is cheap and succeeds. */
export class CheckpointPace {
  #notBefore = -Infinity
  #failures = 0

  isDue(now: number): boolean {
    return this.#failures < mostFailures && now >= this.#notBefore
  }

  succeeded(now: number, tookMs: number): void {
    this.#failures = 0
    this.#notBefore = tookMs > quickMs ? now + (share - 1) * tookMs : now
  }

  failed(now: number): void {
    this.#failures += 1
    this.#notBefore = now + pauseAfter(this.#failures, pauses)
  }
}
