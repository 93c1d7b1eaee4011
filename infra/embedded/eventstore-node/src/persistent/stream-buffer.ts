import type { Message } from './message.ts'

export interface BufferOptions {
  /** Events it takes before it falls behind. */
  size: number
  /** Live events it remembers, so that a reader who reaches one of them is up to date. */
  liveSize: number
  /** It begins with what comes next. */
  live: boolean
}

/** What waits for a consumer: retried and replayed events first, then those of the source in order. */
export class StreamBuffer {
  readonly retries: Message[] = []
  readonly waiting: Message[] = []
  readonly #size: number
  readonly #liveSize: number
  /** Markers of the newest live events, those in `waiting` too. */
  readonly #recent: number[] = []
  #live: boolean

  constructor({ size, liveSize, live }: BufferOptions) {
    this.#size = size
    this.#liveSize = liveSize
    this.#live = live
  }

  /** New events come in as they are written; otherwise they are read. */
  get live(): boolean {
    return this.#live
  }

  get liveCount(): number {
    return this.#recent.length
  }

  canAccept(count: number): boolean {
    return this.#size - this.retries.length - this.waiting.length > count
  }

  /** A retried event goes before the later ones, a replayed one to the end. */
  addRetry(message: Message): void {
    const { marker } = message
    const later = (other: Message) => marker !== undefined && other.marker !== undefined && other.marker > marker
    const at = this.retries.findIndex(later)
    if (at < 0) this.retries.push(message)
    else this.retries.splice(at, 0, message)
  }

  /** Takes an event that was just written; without room for it the buffer is live no more. */
  addLive(message: Message): void {
    if (this.#live && this.waiting.length < this.#size) this.waiting.push(message)
    else this.#live = false
    if (this.#liveSize <= 0) return
    if (this.#recent.length >= this.#liveSize) this.#recent.shift()
    this.#recent.push(message.marker!)
  }

  /** Whether a reader at the marker has nothing but remembered live events before it. */
  isLiveFrom(marker: number): boolean {
    return this.#recent.length > 0 && this.#recent[0]! <= marker
  }

  /** Everything that is written has been read. */
  catchUp(): void {
    this.#live = true
    this.#recent.length = 0
  }
}
