import type { Strike, StrikeAnswer } from '@mosaic/contracts/fleet'
import type { Clock } from '@mosaic/contracts/kernel'
import { isFresh } from './meant.ts'

/** So many are remembered: whoever asks again does so at the moment of the kill. */
const most = 100

/** What is asked for by more than one way is carried out once, and answered to each who waits for it. */
export class Strikes {
  readonly #carryOut: (asked: Strike) => Promise<StrikeAnswer>
  readonly #known = new Map<string, Promise<StrikeAnswer>>()

  constructor(carryOut: (asked: Strike) => Promise<StrikeAnswer>) {
    this.#carryOut = carryOut
  }

  carryOut(asked: Strike): Promise<StrikeAnswer> {
    const { commandId } = asked
    const before = this.#known.get(commandId)
    if (before) return before
    const answer = this.#carryOut(asked)
    this.#known.set(commandId, answer)
    // What could not be carried out may be asked for again.
    answer.catch(() => this.#known.delete(commandId))
    const [oldest] = this.#known.keys()
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest)
    return answer
  }

  /** What was said to all machines: nobody waits for an answer. */
  hear(asked: Strike, clock: Clock): void {
    if (isFresh(asked, clock)) void this.carryOut(asked).catch(() => undefined)
  }
}
