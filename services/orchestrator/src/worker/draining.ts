import type { Logger } from '@mosaic/runtime'

type Parts = {
  readonly isAway: () => boolean
  readonly sessions: { park(): Promise<void>; takeBack(): void }
  readonly owners: { rest(): Promise<void>; wake(): void }
  readonly logger: Logger
}

/**
 * A worker that is drained lets go of its agents at the end of their steps, and then says that it is gone: from then on
 * others claim them. It goes on answering, and takes back what nobody has claimed when it is to work again.
 */
export class Draining {
  readonly #parts: Parts
  #isEmpty = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether it has let go of all. */
  get isEmpty(): boolean {
    return this.#isEmpty
  }

  /** Does what its standing asks for; answers whether it may claim sessions. */
  async settle(): Promise<boolean> {
    const { isAway, sessions, owners, logger } = this.#parts
    if (isAway() === this.#isEmpty) return !this.#isEmpty
    if (this.#isEmpty) {
      owners.wake()
      this.#isEmpty = false
      sessions.takeBack()
      logger.info('the worker takes work again')
      return true
    }
    logger.info('the worker is drained: its agents are left to others')
    await sessions.park()
    await owners.rest()
    this.#isEmpty = true
    return false
  }
}
