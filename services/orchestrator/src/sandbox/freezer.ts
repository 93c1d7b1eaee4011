import { FreezeClock } from './freeze-clock.ts'

type Actions = { readonly stop: () => Promise<void>; readonly go: () => Promise<void> }

/**
 * Two reasons to stand still that must not undo each other: the operator's pause, and work on the worktree that
 * nothing in the sandbox may race with.
 */
export class Freezer {
  readonly clock = new FreezeClock()
  readonly #actions: Actions
  #paused = false
  #holds = 0
  #still = false
  #queue: Promise<void> = Promise.resolve()

  constructor(actions: Actions) {
    this.#actions = actions
  }

  freeze(): Promise<void> {
    this.#paused = true
    return this.#apply()
  }

  thaw(): Promise<void> {
    this.#paused = false
    return this.#apply()
  }

  async whileStill<T>(action: () => Promise<T>): Promise<T> {
    this.#holds += 1
    try {
      await this.#apply()
      return await action()
    } finally {
      this.#holds -= 1
      await this.#apply()
    }
  }

  /** In turn: a freeze and a thaw that overlap would leave half of the tree stopped. */
  #apply(): Promise<void> {
    const turn = this.#queue.then(async () => {
      const wanted = this.#paused || this.#holds > 0
      if (wanted === this.#still) return
      this.#still = wanted
      if (wanted) this.clock.stop()
      await (wanted ? this.#actions.stop() : this.#actions.go())
      if (!wanted) this.clock.go()
    })
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}
