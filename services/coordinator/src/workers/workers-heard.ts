import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@mosaic/contracts/kernel'
import { type WorkerPresence, workerPresence, workersBucket, workerSilenceMs } from '@mosaic/contracts/worker'
import { type Messaging, MessagingUnavailableError } from '@mosaic/messaging'
import type { Logger } from '@mosaic/runtime'

type Heard = { readonly presence: WorkerPresence; readonly at: number; readonly when: Date }

const retryMs = 1000

/** Which workers say that they are there. While NATS is away nobody is heard, and nobody is said to be gone. */
export class WorkersHeard {
  readonly #messaging: Pick<Messaging, 'keyValue'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #heard = new Map<string, Heard>()
  /** Who says what cannot be read: that is logged once, until it can be. */
  readonly #unread = new Set<string>()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(messaging: Pick<Messaging, 'keyValue'>, clock: Clock, logger: Logger) {
    this.#messaging = messaging
    this.#clock = clock
    this.#logger = logger
  }

  start(): void {
    this.#running = this.#listen()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  all(): readonly Heard[] {
    return [...this.#heard.values()]
  }

  get(workerId: string): Heard | undefined {
    return this.#heard.get(workerId)
  }

  isAlive(workerId: string): boolean {
    const heard = this.#heard.get(workerId)
    return heard !== undefined && performance.now() - heard.at < workerSilenceMs
  }

  /** Whether one that is there has all these labels. */
  haveLabels(labels: readonly string[]): boolean {
    const living = this.all().filter(({ presence: { workerId, isEmpty } }) => this.isAlive(workerId) && !isEmpty)
    return living.some(({ presence }) => labels.every((label) => presence.labels.includes(label)))
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stopping
    const bucket = this.#messaging.keyValue(workersBucket, { maxAgeMs: workerSilenceMs })
    while (!signal.aborted) {
      try {
        for await (const { key, value } of bucket.watch({ signal })) this.#hear(key, value)
      } catch (error) {
        // While NATS is away that is known: whoever is there says so again once it is back.
        const isAway = signal.aborted || error instanceof MessagingUnavailableError
        if (!isAway) this.#logger.error({ err: error }, 'workers are not heard')
      }
      await delay(retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #hear(key: string, value: string | null): void {
    if (value === null) return void this.#heard.delete(key)
    const presence = parse(value)
    if (!presence) return this.#complain(key)
    this.#unread.delete(key)
    this.#heard.set(presence.workerId, { presence, at: performance.now(), when: this.#clock.now() })
  }

  #complain(key: string): void {
    if (this.#unread.has(key)) return
    this.#unread.add(key)
    this.#logger.warn({ workerId: key }, 'what a worker says of itself cannot be read: nothing is given to it')
  }
}

function parse(text: string): WorkerPresence | undefined {
  try {
    return workerPresence.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
