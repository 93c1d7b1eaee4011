import { systemClock } from '@mosaic/contracts/kernel'

const minuteMs = 60_000

/** What added up within the last minute. */
export class LastMinute {
  #parts: { readonly at: number; readonly amount: number }[] = []

  add(amount: number): void {
    this.#parts.push({ at: systemClock.now().getTime(), amount })
  }

  /** In how many milliseconds it will be less than `most`; 0 when it is. */
  untilLessThan(most: number): number {
    const now = systemClock.now().getTime()
    this.#parts = this.#parts.filter(({ at }) => at > now - minuteMs)
    let sum = this.#parts.reduce((total, { amount }) => total + amount, 0)
    let wait = 0
    for (const { at, amount } of this.#parts) {
      if (sum < most) break
      sum -= amount
      wait = at + minuteMs - now
    }
    return wait
  }
}
