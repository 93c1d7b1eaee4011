import { setTimeout as wait } from 'node:timers/promises'

/** By then a kill is recorded, whatever is still being looked at. In milliseconds. */
const longestMs = 250

/**
 * Kills whose proof is being looked for. They have this process to themselves for a moment: writing down a hundred kills
 * would keep it from seeing that what they hit is gone.
 */
export class Proofs {
  readonly #open = new Set<Promise<unknown>>()

  watch(proof: Promise<unknown>): void {
    const settled = proof.then(
      () => void this.#open.delete(settled),
      () => void this.#open.delete(settled),
    )
    this.#open.add(settled)
  }

  /** Settles when there is no proof to wait for any more, or has been for long; not before the other work has settled. */
  async settled(after: Promise<unknown>): Promise<void> {
    await after.catch(() => undefined)
    if (this.#open.size > 0) await Promise.race([Promise.all(this.#open), wait(longestMs)])
  }
}
