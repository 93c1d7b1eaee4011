/** Timeouts that stand still while the sandbox is frozen, and the gate that new commands wait at meanwhile. */
export class FreezeClock {
  readonly #deadlines = new Set<Deadline>()
  #thawed: Promise<void> = Promise.resolve()
  #open: (() => void) | undefined

  get frozen(): boolean {
    return this.#open !== undefined
  }

  stop(): void {
    if (this.#open) return
    this.#thawed = new Promise((resolve) => {
      this.#open = resolve
    })
    for (const deadline of this.#deadlines) deadline.pause()
  }

  go(): void {
    this.#open?.()
    this.#open = undefined
    for (const deadline of this.#deadlines) deadline.resume()
  }

  whenThawed(): Promise<void> {
    return this.#thawed
  }

  after(milliseconds: number, action: () => void): { cancel(): void } {
    const deadline = new Deadline(milliseconds, () => {
      this.#deadlines.delete(deadline)
      action()
    })
    this.#deadlines.add(deadline)
    if (!this.frozen) deadline.resume()
    return {
      cancel: () => {
        this.#deadlines.delete(deadline)
        deadline.pause()
      },
    }
  }
}

class Deadline {
  readonly #action: () => void
  #left: number
  #runningSince: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(milliseconds: number, action: () => void) {
    this.#left = milliseconds
    this.#action = action
  }

  pause(): void {
    if (this.#runningSince === undefined) return
    clearTimeout(this.#timer)
    this.#left -= performance.now() - this.#runningSince
    this.#runningSince = undefined
  }

  resume(): void {
    if (this.#runningSince !== undefined) return
    this.#runningSince = performance.now()
    this.#timer = setTimeout(this.#action, Math.max(0, this.#left))
  }
}
