import type { Message } from './message.ts'
import { type GroupConfig, isFromEnd } from './settings.ts'
import type { LiveEvent, Source } from './source.ts'
import { StreamBuffer } from './stream-buffer.ts'

const DEFAULT_PAGE = 10
const MAX_PAGE = 100
/** Pages that are read before others have their turn. */
const PAGES_PER_TURN = 20

export interface FeedListener {
  /** Something may be handed out. */
  arrived(): void
  /** Events that the filter held back, the newest of them at the marker. */
  skipped(marker: number, count: number): void
  /** The source cannot be read; nothing more will come. */
  unreadable(): void
  /** What it does by itself, so that a fault reaches those who wait for events. */
  guard(work: () => void): void
}

/** Fills the buffer of a group from its source: by reading, until it meets what is written now. */
export class Feed {
  readonly buffer: StreamBuffer
  /** The newest event seen. */
  lastKnown: number | undefined
  /** `stuck`: its settings allow nothing. */
  state: 'open' | 'unreadable' | 'stuck' | 'closed' = 'open'
  readonly #config: GroupConfig
  readonly #source: Source
  readonly #listener: FeedListener
  readonly #unfollow: () => void
  /** Where reading goes on. */
  #cursor: number
  #resting: NodeJS.Immediate | undefined

  constructor(config: GroupConfig, source: Source, checkpoint: number | undefined, listener: FeedListener) {
    const { settings, startFrom } = config
    this.#config = config
    this.#source = source
    this.#listener = listener
    const live = checkpoint === undefined && isFromEnd(startFrom)
    this.buffer = new StreamBuffer({ size: settings.historyBufferSize, liveSize: settings.liveBufferSize, live })
    if (checkpoint !== undefined) this.#cursor = checkpoint + 1
    else this.#cursor = live ? source.behind() : startFrom.commit
    if (settings.liveBufferSize < 0) this.state = 'stuck'
    else if (checkpoint === undefined && !live && !source.canBeginAt(this.#cursor)) this.state = 'unreadable'
    this.#unfollow = source.follow((event) => listener.guard(() => this.#takeLive(event)))
  }

  #takeLive({ marker, message }: LiveEvent): void {
    // A page read before may hold it already; what comes before the start is not for this group.
    if (marker < this.#config.startFrom.commit || (this.buffer.live && marker < this.#cursor)) return
    if (!message) {
      this.#listener.skipped(marker, 1)
      return
    }
    const found = message()
    this.#know(found)
    const wasLive = this.buffer.live
    this.buffer.addLive(found)
    if (wasLive) this.#cursor = this.buffer.live ? marker + 1 : marker
    this.#listener.arrived()
  }

  #know({ marker = 0 }: Message): void {
    this.lastKnown = Math.max(this.lastKnown ?? 0, marker)
  }

  /** Reads until the buffer is full or everything is read. */
  fill(): void {
    clearImmediate(this.#resting)
    for (let pages = 0; pages < PAGES_PER_TURN; pages++) {
      if (this.state !== 'open' || this.buffer.live) return
      if (!this.buffer.canAccept(this.#config.settings.readBatchSize)) return
      this.#readPage()
    }
    this.#resting = setImmediate(() => this.#listener.guard(() => this.fill())).unref()
  }

  #readPage(): void {
    const { readBatchSize, liveBufferSize } = this.#config.settings
    const batch = Math.min(readBatchSize || DEFAULT_PAGE, MAX_PAGE)
    const count = this.buffer.isLiveFrom(this.#cursor) ? liveBufferSize : batch
    const page = batch < 0 ? undefined : this.#source.read(this.#cursor, count)
    if (!page) {
      this.state = 'unreadable'
      this.#listener.unreadable()
      return
    }
    if (page.skipped > 0) this.#listener.skipped(page.considered, page.skipped)
    for (const message of page.messages) {
      this.buffer.waiting.push(message)
      this.#know(message)
    }
    this.#cursor = page.next
    if (page.end) this.buffer.catchUp()
    this.#listener.arrived()
  }

  close(): void {
    this.state = 'closed'
    this.#unfollow()
    clearImmediate(this.#resting)
  }
}
