import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import type { Tail } from '../subscriptions/tail.ts'
import { Checkpoints } from './checkpoints.ts'
import type { Consumer, Outstanding } from './consumer.ts'
import type { Message } from './message.ts'
import { Parking } from './parking.ts'
import { dropped, tooManySubscribers } from './refusals.ts'
import type { NackAction } from './requests.ts'
import type { GroupConfig } from './settings.ts'
import { type Source, createSource } from './source.ts'
import { type Strategy, createStrategy } from './strategies.ts'

export interface GroupDeps {
  reader: Reader
  writer: Writer
  tail: Tail
  now: () => number
}

const DEFAULT_PAGE = 20

/**
 * A persistent subscription: reads its source, hands each event to one consumer, and keeps it until the consumer
 * has spoken about it. Retried and replayed events go before new ones.
 */
export class Group {
  readonly config: GroupConfig
  readonly source: Source
  readonly parking: Parking
  readonly checkpoints: Checkpoints
  readonly consumers = new Set<Consumer>()
  readonly outstanding = new Map<string, Outstanding>()
  readonly retries: Message[] = []
  readonly buffer: Message[] = []
  total = 0
  measured = 0
  readonly #parkingNow = new Set<Message>()
  readonly #strategy: Strategy
  readonly #now: () => number
  readonly #unfollow: () => void
  #cursor: number
  /** Events done with since the last checkpoint. */
  #finished = 0
  #checkpointDue: number
  #live = false
  #closed = false

  constructor(deps: GroupDeps, config: GroupConfig) {
    this.config = config
    this.#now = deps.now
    const name = `${config.stream}::${config.group}`
    this.source = createSource(deps.reader, deps.tail, config)
    this.parking = new Parking(deps.reader, deps.writer, name)
    this.checkpoints = new Checkpoints(deps.reader, deps.writer, name)
    this.#strategy = createStrategy(config.settings.strategy)
    this.#cursor = this.checkpoints.marker ?? config.startedAfter
    this.#checkpointDue = this.#now() + config.settings.checkpointAfterMs
    this.#unfollow = this.source.follow(() => this.pump())
  }

  get live(): boolean {
    return this.#live || this.consumers.size === 0
  }

  /** The newest event that the group knows of. */
  get lastKnown(): number | undefined {
    return this.consumers.size > 0 && this.#cursor >= 0 ? this.#cursor : this.source.newest()
  }

  add(consumer: Consumer): void {
    const { stream, group, settings } = this.config
    if (settings.maxSubscriberCount > 0 && this.consumers.size >= settings.maxSubscriberCount) {
      throw tooManySubscribers(stream, group)
    }
    this.consumers.add(consumer)
    this.#strategy.add(consumer)
    consumer.confirm(`${stream}::${group}`)
    consumer.call.onClose(() => this.#remove(consumer))
    this.pump()
  }

  #remove(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return
    this.#strategy.remove(consumer)
    for (const id of consumer.inFlight) {
      const lost = this.outstanding.get(id)
      if (lost) this.#retry(lost.message)
    }
    this.pump()
  }

  /** Hands out what can be handed out. */
  pump(): void {
    if (this.#closed) return
    try {
      while (this.consumers.size > 0) {
        if (!this.#push(this.retries) || !this.#push(this.buffer)) return
        if (this.buffer.length > 0 || !this.#refill()) return
      }
    } catch (fault) {
      // What cannot be read cannot be handed out; consumers hear why, and may come again.
      for (const consumer of this.consumers) consumer.call.fail(fault)
    }
  }

  /** False when every consumer is full. */
  #push(queue: Message[]): boolean {
    for (let at = 0; at < queue.length; ) {
      const message = queue[at]!
      const choice = this.outstanding.has(message.id) ? 'later' : this.#strategy.choose(message)
      if (choice === 'full') return false
      if (choice === 'later') at++
      else {
        queue.splice(at, 1)
        this.#send(message, choice)
      }
    }
    return true
  }

  #send(message: Message, consumer: Consumer): void {
    const { messageTimeoutMs } = this.config.settings
    const due = messageTimeoutMs > 0 ? this.#now() + messageTimeoutMs : Number.POSITIVE_INFINITY
    this.outstanding.set(message.id, { message, consumer, due })
    this.total++
    consumer.send(message)
  }

  #refill(): boolean {
    const count = this.config.settings.readBatchSize || DEFAULT_PAGE
    const { messages, cursor, looked } = this.source.read(this.#cursor, count, this.#live)
    this.#cursor = cursor
    this.#finished += looked - messages.length
    this.buffer.push(...messages)
    if (looked === 0) this.#live = true
    return looked > 0
  }

  /** Takes a message out of what is outstanding; unknown ids are no one's business. */
  #settle(id: string): Message | undefined {
    const entry = this.outstanding.get(id)
    if (!entry) return undefined
    this.outstanding.delete(id)
    entry.consumer.inFlight.delete(id)
    return entry.message
  }

  #finish(id: string): void {
    if (this.#settle(id)) this.#finished++
  }

  ack(ids: readonly string[]): void {
    for (const id of ids) this.#finish(id)
    if (this.#finished >= this.config.settings.maxCheckpointCount) this.#checkpoint()
    this.pump()
  }

  nack(ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const message = this.outstanding.get(id)?.message
      if (!message) continue
      if (action === 'retry' || action === 'unknown') this.#retry(message)
      else if (action === 'park') this.#park(message, `Client explicitly NAK'ed message.\n${reason}`, message.marker)
      else this.#finish(id)
    }
    this.pump()
  }

  #retry(message: Message): void {
    const { maxRetryCount } = this.config.settings
    if (message.retryCount >= maxRetryCount) {
      this.#park(message, `Reached retry count of ${maxRetryCount}`, undefined)
      return
    }
    this.#settle(message.id)
    this.retries.push({ ...message, retryCount: message.retryCount + 1 })
  }

  #park(message: Message, reason: string, eventNumber: number | undefined): void {
    this.#settle(message.id)
    this.#parkingNow.add(message)
    const park = async () => {
      const parked = await this.parking.park(message, reason, eventNumber)
      this.#parkingNow.delete(message)
      if (parked) this.#finished++
      else this.retries.push(message)
    }
    void park()
  }

  /** Puts parked events in front of the others; at most `most` of them. */
  async replay(most: number): Promise<void> {
    for (const message of await this.parking.takeOut(most)) this.retries.push(message)
    this.pump()
  }

  /** Looks for lost messages and for a checkpoint that is due. */
  tick(): void {
    const now = this.#now()
    const lost = [...this.outstanding.values()].filter((entry) => entry.due <= now)
    for (const { message } of lost) this.#retry(message)
    if (lost.length > 0) this.pump()
    const { checkpointAfterMs, minCheckpointCount } = this.config.settings
    if (now < this.#checkpointDue) return
    this.#checkpointDue = now + checkpointAfterMs
    if (this.#finished >= Math.max(1, minCheckpointCount)) this.#checkpoint()
  }

  #unfinished(): number {
    const open = [...this.retries, ...this.buffer, ...this.#parkingNow].map((message) => message.marker)
    for (const { message } of this.outstanding.values()) open.push(message.marker)
    return open.reduce<number>((least, marker) => (marker === undefined ? least : Math.min(least, marker)), Infinity)
  }

  /** Writes down the place before which everything is finished. */
  #checkpoint(): void {
    if (this.checkpoints.writing) return
    const unfinished = this.#unfinished()
    const marker = unfinished === Infinity ? this.#cursor : unfinished - 1
    if (marker < 0 || marker <= (this.checkpoints.marker ?? this.config.startedAfter)) return
    this.#finished = 0
    void this.checkpoints.write(marker, this.source.show(marker))
  }

  /** Ends the group for its consumers. */
  close(): void {
    this.#closed = true
    this.#unfollow()
    const { stream, group } = this.config
    for (const consumer of this.consumers) consumer.call.fail(dropped(stream, group))
    this.consumers.clear()
  }
}
