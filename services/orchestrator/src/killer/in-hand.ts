/** So many are remembered: whoever asks does so at the moment of the kill. */
const most = 1000

/** Kills that the orchestrator has in hand, as it says itself, by their commands' ids. */
export class InHand {
  readonly #known = new Set<string>()
  readonly #asked = new Map<string, () => void>()

  add(commandId: string): void {
    this.#known.add(commandId)
    const [oldest] = this.#known
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest)
    this.#asked.get(commandId)?.()
  }

  has(commandId: string): boolean {
    return this.#known.has(commandId)
  }

  /** Whether it is, or is within so many milliseconds. */
  within(commandId: string, milliseconds: number): Promise<boolean> {
    if (this.has(commandId)) return Promise.resolve(true)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), milliseconds)
    this.#asked.set(commandId, () => resolve(true))
    return promise.finally(() => {
      clearTimeout(timer)
      this.#asked.delete(commandId)
    })
  }
}
