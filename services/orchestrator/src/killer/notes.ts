/**
 * What is to be on the disk of a kill. A disk that takes nothing keeps nobody alive: what it does not take now is tried
 * again for as long as somebody looks.
 */
export class Notes {
  #open: readonly (() => void)[]
  readonly #onWritten: () => void

  /** @param onWritten Called whenever something of it has come to be there. */
  constructor(writes: readonly (() => void)[], onWritten: () => void) {
    this.#open = writes
    this.#onWritten = onWritten
  }

  get areWritten(): boolean {
    return this.#open.length === 0
  }

  write(): void {
    const before = this.#open
    if (before.length === 0) return
    this.#open = before.filter((write) => !succeeds(write))
    if (this.#open.length < before.length) this.#onWritten()
  }
}

function succeeds(write: () => void): boolean {
  try {
    write()
    return true
  } catch {
    return false
  }
}
