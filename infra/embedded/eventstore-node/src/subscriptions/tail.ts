import { frameMessages } from '../grpc/frames.ts'
import type { Reader, StoredEvent } from '../storage/reader.ts'
import type { Commit } from '../storage/writer.ts'
import { shownInAll } from '../streams/filter.ts'
import { recordNames, splitRecords } from '../wire/record.ts'

const PAGE = 500

/** A new event on its way to live subscribers; what several of them need is worked out once. */
export class LiveEvent implements StoredEvent {
  readonly position: number
  readonly record: Uint8Array
  #names: { stream: string; type: string } | undefined

  constructor({ position, record }: StoredEvent) {
    this.position = position
    this.record = record
  }

  get names(): { stream: string; type: string } {
    return (this.#names ??= recordNames(this.record))
  }
}

/** Events of one or more commits, in order, none missing between them. */
export class LiveBatch {
  readonly events: readonly LiveEvent[]
  #frames: Buffer | undefined

  constructor(events: readonly StoredEvent[]) {
    this.events = events.map((event) => new LiveEvent(event))
  }

  /** All events that $all shows, as they are stored, framed for sending. */
  get frames(): Buffer {
    return (this.#frames ??= frameMessages(this.events.map((event) => event.record).filter(shownInAll)))
  }
}

export type OnBatch = (batch: LiveBatch) => void
export type OnEvent = (event: LiveEvent) => void

/** Hands out each new event once it is committed, without reading it again where that can be. */
export class Tail {
  readonly #reader: Reader
  /** Nothing before is still to be handed out; right behind a batch it is where the next event will stand. */
  #from: number
  readonly #all = new Set<OnBatch>()
  readonly #streams = new Map<string, Set<OnEvent>>()

  constructor(reader: Reader) {
    this.#reader = reader
    this.#from = reader.newest() + 1
  }

  /** Hands out what was committed up to `newest`. */
  advance({ newest, fresh }: Pick<Commit, 'newest' | 'fresh'>): void {
    if (this.#all.size === 0 && this.#streams.size === 0) this.#from = newest + 1
    if (this.#from === fresh.first && fresh.records.length > 0) this.#deliver(splitRecords(fresh.first, fresh.records))
    while (this.#from <= newest) {
      const page = this.#reader.allForwards(this.#from, PAGE)
      if (page.length === 0) return
      this.#deliver(page)
    }
  }

  #deliver(events: readonly StoredEvent[]): void {
    const last = events.at(-1)!
    this.#from = last.position + last.record.length
    const batch = new LiveBatch(events)
    for (const listener of this.#all) listener(batch)
    if (this.#streams.size === 0) return
    for (const event of batch.events) {
      for (const listener of this.#streams.get(event.names.stream) ?? []) listener(event)
    }
  }

  /** Every new event from now on; answers how to stop. */
  followAll(listener: OnBatch): () => void {
    this.#all.add(listener)
    return () => this.#all.delete(listener)
  }

  followStream(stream: string, listener: OnEvent): () => void {
    const listeners = this.#streams.get(stream) ?? new Set()
    this.#streams.set(stream, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#streams.delete(stream)
    }
  }
}
