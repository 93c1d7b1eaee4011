// Failures that a step plays before it succeeds. How often each was played is the only thing this server remembers.
import type { Turn } from '../scenario/compose.ts'
import type { Failure } from '../scenario/schema.ts'

const remembered = 10_000

export class FailureCounter {
  readonly #played = new Map<string, number>()

  /** The failure for this attempt at a turn, or `undefined` when it is to succeed. */
  next(scenario: string, { key, failures }: Turn): Failure | undefined {
    for (const [index, failure] of failures.entries()) {
      if (failure.times === 'always') return failure
      const id = `${scenario}/${key}/${index}`
      const played = this.#played.get(id) ?? 0
      if (played >= failure.times) continue
      this.#remember(id, played + 1)
      return failure
    }
    return undefined
  }

  /** The oldest are forgotten: a session that failed long ago has gone on since. */
  #remember(id: string, played: number): void {
    this.#played.delete(id)
    this.#played.set(id, played)
    const oldest = this.#played.size > remembered ? this.#played.keys().next().value : undefined
    if (oldest !== undefined) this.#played.delete(oldest)
  }
}
