import { KeyedLock } from './locks.ts'

/** Has an action begin when its turn comes. */
type InTurn = <T>(action: () => Promise<T>) => Promise<T>

/**
 * What is to be done for one is done for all who ask before it begins: it finds what is there after each of them has
 * asked. Once it has begun, whoever asks waits for the next.
 */
export class SharedTurns {
  readonly #waiting = new Map<string, Promise<unknown>>()

  /** @param key Stands for the very same action. */
  run<T>(key: string, action: () => Promise<T>, inTurn: InTurn): Promise<T> {
    const waiting = this.#waiting.get(key)
    // The same key has the same action, and so the same kind of answer.
    if (waiting) return waiting as Promise<T>
    const mine = inTurn(() => {
      this.#waiting.delete(key)
      return action()
    })
    this.#waiting.set(key, mine)
    return mine
  }
}

/** Reads one thing at a time per key: however many ask at once, it is read once for all who wait, after they have asked. */
export class SharedReads {
  readonly #shared = new SharedTurns()
  readonly #locks = new KeyedLock()

  read<T>(key: string, action: () => Promise<T>): Promise<T> {
    return this.#shared.run(key, action, (turn) => this.#locks.run(key, turn))
  }
}
