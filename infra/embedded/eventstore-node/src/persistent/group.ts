import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import type { Matches } from '../streams/filter.ts'
import type { Tail } from '../subscriptions/tail.ts'
import { Advance } from './advance.ts'
import { Checkpoints } from './checkpoints.ts'
import type { NackAction } from './consumer-messages.ts'
import type { Consumer } from './consumer.ts'
import { Feed } from './feed.ts'
import { type Message, revisionOf } from './message.ts'
import { Outstanding, lowestOf } from './outstanding.ts'
import { Parking } from './parking.ts'
import { dropped, tooManySubscribers } from './refusals.ts'
import type { GroupConfig } from './settings.ts'
import { type Source, createSource } from './source.ts'
import { type Strategy, createStrategy } from './strategies.ts'

export interface GroupDeps {
  reader: Reader
  writer: Writer
  tail: Tail
  now: () => number
}

/**
 * A persistent subscription: hands each event of its source to one consumer, and keeps it until the consumer has spoken
 * about it.
 */
export class Group {
  readonly config: GroupConfig
  readonly source: Source
  readonly feed: Feed
  readonly parking: Parking
  readonly checkpoints: Checkpoints
  readonly consumers = new Set<Consumer>()
  readonly outstanding = new Outstanding()
  total = 0
  replaying = false
  /** When `total` was last asked for, and what it was. */
  measured: { at: number; total: number }
  readonly #strategy: Strategy
  readonly #advance: Advance
  readonly #now: () => number

  constructor(deps: GroupDeps, config: GroupConfig, matches: Matches | undefined) {
    const { stream, group, settings } = config
    this.config = config
    this.#now = deps.now
    this.measured = { at: deps.now(), total: 0 }
    this.source = createSource(deps.reader, deps.tail, config, matches)
    this.parking = new Parking(deps.reader, deps.writer, `${stream}::${group}`)
    this.checkpoints = new Checkpoints(deps.reader, deps.writer, `${stream}::${group}`)
    this.#strategy = createStrategy(settings.strategy)
    const { marker } = this.checkpoints
    this.#advance = new Advance(settings, marker)
    if (marker !== undefined) this.parking.load()
    this.feed = new Feed(config, this.source, marker, {
      arrived: () => this.#push(),
      skipped: (at, count) => {
        this.#advance.passOver(at, count)
        this.#checkpoint(false)
      },
      unreadable: () => this.#dropConsumers(),
      guard: (work) => this.#guard(work),
    })
    this.#guard(() => this.feed.fill())
  }

  add(consumer: Consumer): void {
    const { stream, group, settings } = this.config
    if (settings.maxSubscriberCount !== 0 && this.consumers.size >= settings.maxSubscriberCount) {
      throw tooManySubscribers(stream, group)
    }
    consumer.confirm(`${stream}::${group}`, settings.extraStatistics)
    if (this.feed.state === 'unreadable') throw dropped(stream, group)
    this.consumers.add(consumer)
    this.#strategy.add(consumer)
    consumer.call.onClose(() => this.#remove(consumer))
    this.#guard(() => this.#push())
  }

  #remove(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return
    this.#strategy.remove(consumer)
    const lost = [...consumer.inFlight.values()].toSorted((a, b) => revisionOf(a) - revisionOf(b))
    for (const message of lost) this.#retry(message)
    this.#guard(() => this.#push())
  }

  /** What cannot be read cannot be handed out; consumers hear why, and may come again. */
  #guard(work: () => void): void {
    if (this.feed.state !== 'open') return
    try {
      work()
    } catch (fault) {
      for (const consumer of this.consumers) consumer.call.fail(fault)
    }
  }

  /** Hands out what can be handed out. */
  #push(): void {
    for (const queue of [this.feed.buffer.retries, this.feed.buffer.waiting]) {
      for (let at = 0; at < queue.length; ) {
        const message = queue[at]!
        const choice = this.#strategy.choose(message)
        if (choice === 'full') return
        if (choice === 'later') at++
        else {
          queue.splice(at, 1)
          this.#send(message, choice)
        }
      }
    }
  }

  #send(message: Message, consumer: Consumer): void {
    const numbered = this.#advance.handOut(message)
    this.total++
    consumer.send(numbered)
    this.outstanding.add(numbered, this.#now() + this.config.settings.messageTimeoutMs)
  }

  /** Nobody owes an answer about the event any more. */
  #settle(id: string): void {
    this.outstanding.delete(id)
    for (const consumer of this.consumers) {
      const message = consumer.settle(id)
      if (message) this.#strategy.settled?.(consumer, message)
    }
  }

  ack(ids: readonly string[]): void {
    for (const id of ids) this.#settle(id)
    this.#guard(() => {
      this.#checkpoint(false)
      this.feed.fill()
      this.#push()
    })
  }

  /** `skip` and `stop` are no more than an ack. */
  nack(ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const message = this.outstanding.get(id)
      if (!message) continue
      if (action === 'park') void this.#park(message, `Client explicitly NAK'ed message.\n${reason}`)
      else if (action === 'retry' || action === 'unknown') this.#retryOrPark(message)
    }
    this.ack(ids)
  }

  #retryOrPark(message: Message): void {
    const { maxRetryCount } = this.config.settings
    if (message.retryCount < maxRetryCount) this.#retry(message)
    else void this.#park(message, `Reached retry count of ${maxRetryCount}`)
  }

  #retry(message: Message): void {
    this.#settle(message.id)
    this.feed.buffer.addRetry({ ...message, retryCount: message.retryCount + 1 })
  }

  async #park(message: Message, reason: string): Promise<void> {
    const parked = await this.parking.park(message, reason)
    this.#settle(message.id)
    if (!parked) this.feed.buffer.addRetry(message)
    this.#guard(() => this.#push())
  }

  /**
   * Hands parked events out again: those whose revision in the parked stream is below `stopAt`. As with the real server
   * a replay that may take nothing never ends, and none begins while another is under way.
   */
  replay(stopAt: number): void {
    if (this.feed.state === 'stuck' || this.replaying) return
    const { end } = this.parking
    if (end === undefined) return
    const stop = Math.min(stopAt, end)
    this.replaying = true
    if (stop <= 0 || this.config.settings.readBatchSize <= 0) return
    this.#guard(() => {
      for (const message of this.parking.before(stop)) this.feed.buffer.addRetry(message)
      this.#push()
    })
    this.replaying = false
    void this.parking.truncate(stop)
  }

  /** Looks for lost messages and for a checkpoint that is due. */
  tick(): void {
    this.#guard(() => {
      for (const message of this.outstanding.takeLost(this.#now())) this.#retryOrPark(message)
      this.#push()
      this.#checkpoint(true)
      this.feed.fill()
    })
  }

  /** Writes down the place before which everything is finished, when that is due. */
  #checkpoint(atTick: boolean): void {
    const lowest = () => lowestOf([...this.outstanding.messages(), ...this.feed.buffer.retries])
    const marker = this.#advance.due(lowest, atTick, this.#now())
    if (marker !== undefined) this.checkpoints.write(marker, this.source.show(marker))
  }

  #dropConsumers(): void {
    const { stream, group } = this.config
    const consumers = [...this.consumers]
    this.consumers.clear()
    for (const consumer of consumers) {
      this.#strategy.remove(consumer)
      consumer.call.fail(dropped(stream, group))
    }
  }

  /** Ends the group for its consumers. */
  close(): void {
    this.feed.close()
    this.#dropConsumers()
  }
}
