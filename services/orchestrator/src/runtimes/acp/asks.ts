import { canonical, type ExactCall } from '../../approvals/index.ts'
import pLimit from 'p-limit'

/**
 * What is asked in an agent's turn, one after the other: before a tool of its own runs, where it asks by itself, and
 * before one of ours does. Of ours, what was allowed when it asked by itself is not asked about again.
 */
export class Asks {
  readonly inTurn = pLimit(1)
  readonly #allowed = new Set<string>()

  allow(call: ExactCall): void {
    this.#allowed.add(canonical(call))
  }

  /** Whether that very call was allowed, and was not made since. */
  take(call: ExactCall): boolean {
    return this.#allowed.delete(canonical(call))
  }

  /** Another turn: what was allowed before holds no more. */
  clear(): void {
    this.#allowed.clear()
  }
}
