import { setTimeout as delay } from 'node:timers/promises'
import type { WorkItem } from '@mosaic/contracts/task'
import { StoreUnavailableError } from '@mosaic/event-store'
import { type Messaging, MessagingUnavailableError, type TakenWork } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'
import type { Places } from '../sessions/places.ts'
import type { Begun } from './begin-attempt.ts'

export type QueueConsumerDeps = {
  readonly messaging: Pick<Messaging, 'workQueue'>
  readonly places: Pick<Places, 'room' | 'lineHere' | 'suits'>
  /** Resolves once it is known who lives here. */
  readonly caughtUp: () => Promise<void>
  readonly begin: (item: WorkItem) => Promise<Begun>
  readonly logger: Logger
}

/** More at once would only wait for each other's looks at repositories. */
const mostAtOnce = 16
/** A pull is a round trip for however many: the next comes once so many are left. */
const pullsAt = mostAtOnce / 2
const [waitMs, roomEveryMs, retryMs, saysEveryMs, elsewhereMs] = [5000, 200, 1000, 10_000, 300]

/** Takes tasks out of the queue for as long as there is room for their agents. */
export class QueueConsumer {
  readonly #deps: QueueConsumerDeps
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #running: Promise<void> = Promise.resolve()
  /** Called when one more has been begun. */
  #wake: () => void = () => undefined

  constructor(deps: QueueConsumerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Takes nothing any more; what is being begun is begun. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { messaging, caughtUp, logger } = this.#deps
    await Promise.race([caughtUp(), aborted(signal)])
    while (!signal.aborted) {
      const room = this.#room()
      if (room <= 0 || this.#underWay.size > pullsAt) {
        await this.#change()
        continue
      }
      try {
        for await (const work of messaging.workQueue.take(room, { waitMs, signal })) this.#begin(work)
      } catch (error) {
        if (!(error instanceof MessagingUnavailableError)) logger.error({ err: error }, 'no work can be taken')
        await pause(retryMs, signal)
      }
    }
  }

  /** Until one more has been begun, or a moment has passed: room also comes by what others do. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, roomEveryMs)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }

  /** Those in line come first. */
  #room(): number {
    const { places } = this.#deps
    if (places.lineHere().length > 0) return 0
    return Math.min(mostAtOnce, places.room) - this.#underWay.size
  }

  #begin(work: TakenWork): void {
    const begun = this.#carryOut(work).finally(() => {
      this.#underWay.delete(begun)
      this.#wake()
    })
    this.#underWay.add(begun)
  }

  async #carryOut(work: TakenWork): Promise<void> {
    const { taskId, round, slot, labels } = work.item
    if (!this.#deps.places.suits(labels)) return work.giveBack(elsewhereMs)
    const saying = setInterval(() => work.isUnderWay(), saysEveryMs)
    try {
      const begun = await this.#deps.begin(work.item)
      if (begun.kind === 'over') work.done()
      else work.giveBack(begun.afterMs)
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) {
        this.#deps.logger.error({ err: error, taskId, round, slot }, 'an attempt at a task could not be begun')
      }
      work.giveBack(retryMs)
    } finally {
      clearInterval(saying)
    }
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<unknown> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined)

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
