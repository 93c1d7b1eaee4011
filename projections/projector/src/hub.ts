import { setTimeout as wait } from 'node:timers/promises'
import { type EventStore, parseRecord, type ReadItem } from '@mosaic/event-store'
import type { Messaging, RelayedRecord } from '@mosaic/messaging'
import { type Logger, persistently } from '@mosaic/runtime'
import { isAfter, type Position, positionOf } from './position.ts'
import { Subscription } from './subscription.ts'

export type HubDependencies = {
  readonly store: Pick<EventStore, 'readAll' | 'lastPosition'>
  readonly messaging: Pick<Messaging, 'connected'> & {
    readonly eventStream: Pick<Messaging['eventStream'], 'sequenceAfter' | 'follow'>
  }
  readonly logger: Logger
}

const lookEveryMs = 500
const lookEveryMsAlone = 100

/**
 * The live edge of the log, read once for all projections: JetStream brings the events, each naming the one before it.
 * Where one is missing (the stream was wiped or rolled back, a message was lost) the hub reads on from the log; and it
 * looks at the log's end now and then, so that neither a silent NATS nor an absent relay holds anything back.
 */
export class Hub {
  readonly #dependencies: HubDependencies
  readonly #subscriptions = new Set<Subscription>()
  readonly #ready = Promise.withResolvers<void>()
  #last: Position = null
  #room = Promise.withResolvers<void>()
  /** While a hole is filled from the log, what JetStream brings has to wait. */
  #filling: Promise<void> | undefined

  constructor(dependencies: HubDependencies) {
    this.#dependencies = dependencies
  }

  /** The position of the newest event that was handed out. */
  get last(): Position {
    return this.#last
  }

  /** Runs until the signal is aborted. Rejects only then. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, logger } = this.#dependencies
    await insisting('the log does not answer', logger, signal, async () => {
      this.#last = await store.lastPosition()
    })
    this.#ready.resolve()
    await Promise.all([this.#followStream(signal), this.#watchLog(signal)])
  }

  /** Everything after `edge`, from now on. Resolves once the hub knows where the log's edge is. */
  async subscribe(signal: AbortSignal): Promise<Subscription> {
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort)
    try {
      signal.throwIfAborted()
      await Promise.race([this.#ready.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
    const subscription = new Subscription(this.#last, () => {
      if (subscription.closed) this.#subscriptions.delete(subscription)
      this.#room.resolve()
    })
    this.#subscriptions.add(subscription)
    return subscription
  }

  async #followStream(signal: AbortSignal): Promise<void> {
    const { messaging, logger } = this.#dependencies
    await insisting('JetStream cannot be followed', logger, signal, async () => {
      const fromSequence = await messaging.eventStream.sequenceAfter(this.#last)
      for await (const batch of messaging.eventStream.follow({ fromSequence, signal })) {
        for (const relayed of batch) {
          if (this.#filling) await this.#filling
          if (!this.#accept(relayed)) await this.#fill()
        }
        if (this.#allHavePlenty()) await this.#untilRoom(signal)
      }
      if (!signal.aborted) throw new Error('JetStream ended the consumer')
    })
  }

  /** The stream is not read ahead of everybody; who is behind the others reads the log. */
  #allHavePlenty(): boolean {
    if (this.#subscriptions.size === 0) return false
    for (const subscription of this.#subscriptions) if (!subscription.hasPlenty) return false
    return true
  }

  async #untilRoom(signal: AbortSignal): Promise<void> {
    const stop = () => this.#room.resolve()
    signal.addEventListener('abort', stop)
    while (this.#allHavePlenty() && !signal.aborted) {
      this.#room = Promise.withResolvers()
      await this.#room.promise
    }
    signal.removeEventListener('abort', stop)
  }

  /** Whether nothing is missing before it. */
  #accept({ record, previousPosition }: RelayedRecord): boolean {
    if (!isAfter(record.position, this.#last)) return true
    if (isAfter(previousPosition, this.#last)) return false
    this.#dispatch(parseRecord(record))
    return true
  }

  async #watchLog(signal: AbortSignal): Promise<void> {
    const { store, messaging, logger } = this.#dependencies
    await insisting('the log does not answer', logger, signal, async () => {
      for (let seen: Position = null; !signal.aborted; ) {
        const alone = !messaging.connected()
        await wait(alone ? lookEveryMsAlone : lookEveryMs, undefined, { signal })
        // What was there at the last look has had its time to come by way of NATS.
        const overdue = alone ? await store.lastPosition() : seen
        if (isAfter(overdue, this.#last)) await this.#fill()
        seen = await store.lastPosition()
      }
    })
  }

  /** Reads on from the log to its end; joins a filling that is under way. */
  #fill(): Promise<void> {
    this.#filling ??= this.#readOn().finally(() => (this.#filling = undefined))
    return this.#filling
  }

  async #readOn(): Promise<void> {
    for await (const item of this.#dependencies.store.readAll({ after: this.#last })) this.#dispatch(item)
  }

  #dispatch(item: ReadItem): void {
    this.#last = positionOf(item)
    for (const subscription of this.#subscriptions) subscription.offer(item)
  }
}

/** Does something until it succeeds or the signal is aborted, with growing pauses; says the first failure of a row. */
async function insisting(what: string, logger: Logger, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const isPassing = (error: unknown, failures: number) => {
    if (failures === 1 && !signal.aborted) logger.warn({ err: error }, what)
    return true
  }
  // Rejects only when it is aborted.
  await persistently(work, { firstMs: 100, longestMs: 2_000, signal, isPassing }).catch(() => undefined)
}
