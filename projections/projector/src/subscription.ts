import { setTimeout as wait } from 'node:timers/promises'
import type { ReadItem } from '@mosaic/event-store'
import type { Position } from './position.ts'

/** Items that may wait; a projection that falls further behind reads the log instead. */
const capacity = 5_000
/** From here on a subscription needs no more for the moment. */
const plenty = 1_000
const lingerMs = 20

/** One projection's share of the live edge: a queue of bounded length. */
export class Subscription {
  /** The queue brings every event after this position. */
  readonly edge: Position
  #queue: ReadItem[] = []
  #overflown = false
  #closed = false
  #wake = Promise.withResolvers<void>()
  #lastTaken = 0
  readonly #onTaken: () => void

  /** `onTaken` is called when there is room again, and when the subscription is closed. */
  constructor(edge: Position, onTaken: () => void = () => undefined) {
    this.edge = edge
    this.#onTaken = onTaken
  }

  get closed(): boolean {
    return this.#closed
  }

  get hasPlenty(): boolean {
    return this.#queue.length >= plenty
  }

  offer(item: ReadItem): void {
    if (this.#overflown) return
    if (this.#queue.length >= capacity) {
      this.#overflown = true
      this.#queue = []
    } else {
      this.#queue.push(item)
    }
    this.#wake.resolve()
  }

  /**
   * The next items, at most `most`; waits for the first one. After a pause it comes at once; under load batches are
   * 20 ms apart or full. `undefined`: the queue has overflown or is closed, read on from the log.
   */
  async take(most: number): Promise<readonly ReadItem[] | undefined> {
    while (this.#queue.length === 0 && !this.#overflown && !this.#closed) {
      await this.#wake.promise
      this.#wake = Promise.withResolvers()
    }
    const early = this.#lastTaken + lingerMs - performance.now()
    if (early > 0 && this.#queue.length < most && !this.#closed) await wait(early)
    this.#lastTaken = performance.now()
    if (this.#overflown || this.#closed) return undefined
    const items = this.#queue.splice(0, most)
    this.#onTaken()
    return items
  }

  close(): void {
    this.#closed = true
    this.#queue = []
    this.#wake.resolve()
    this.#onTaken()
  }
}
