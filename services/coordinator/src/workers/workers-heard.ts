import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@mosaic/contracts/kernel'
import { type WorkerPresence, workerPresence, workersBucket, workerSilenceMs } from '@mosaic/contracts/worker'
import type { Messaging } from '@mosaic/messaging'

type Heard = { readonly presence: WorkerPresence; readonly at: number; readonly when: Date }

const retryMs = 1000

/** Which workers say that they are there. While NATS is away nobody is heard, and nobody is said to be gone. */
export class WorkersHeard {
  readonly #messaging: Messaging
  readonly #clock: Clock
  readonly #heard = new Map<string, Heard>()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(messaging: Messaging, clock: Clock) {
    this.#messaging = messaging
    this.#clock = clock
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
      } catch {
        // NATS is away: whoever is there says so again once it is back.
      }
      await delay(retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #hear(key: string, value: string | null): void {
    if (value === null) return void this.#heard.delete(key)
    const { data } = workerPresence.safeParse(JSON.parse(value))
    if (data) this.#heard.set(data.workerId, { presence: data, at: performance.now(), when: this.#clock.now() })
  }
}
