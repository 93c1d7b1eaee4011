/** That a turn of an agent is being ended: what is asked in it need not be answered any more. */
export class TurnEnding {
  /** Asks the agent to end it; once there is one. */
  cancel: (() => void) | undefined
  readonly #told = new Set<() => void>()
  #isEnding = false

  ended(): boolean {
    return this.#isEnding
  }

  onEnd(check: () => void): () => void {
    this.#told.add(check)
    return () => this.#told.delete(check)
  }

  end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    for (const check of this.#told) check()
  }
}
