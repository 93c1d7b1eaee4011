import type { ContactFault } from '@mosaic/contracts/agent-provider'
import type { Clock } from '@mosaic/contracts/kernel'
import { BackOff, type Logger } from '@mosaic/runtime'
import type { GatewayConnection } from './connection.ts'
import { GatewayGone } from './faults.ts'
import type { GatewayEvent } from './protocol.ts'

const pauses = { firstMs: 500, longestMs: 60_000, spread: 0.3 }
/** One that lasted so long was a good one: the next failure is the first. */
const goodMs = 10_000

export type Contact =
  | { readonly state: 'reached'; readonly version: string | null; readonly protocol: string }
  | { readonly state: 'lost'; readonly code: ContactFault; readonly message: string }

type Lost = { readonly since: Date; readonly message: string }

type GatewayParts = {
  readonly open: (onEvent: (event: GatewayEvent) => void, signal: AbortSignal) => Promise<GatewayConnection>
  /** Is told each time it is reached, and when it is not. */
  readonly onContact: (contact: Contact) => void
  readonly clock: Clock
  readonly logger: Logger
}

/** A gateway, spoken with for as long as it is there: what breaks is opened again, after growing pauses. */
export class Gateway {
  readonly #parts: GatewayParts
  readonly #listeners = new Set<(event: GatewayEvent) => void>()
  readonly #changes = new Set<() => void>()
  readonly #stopping = new AbortController()
  #connection: GatewayConnection | undefined
  #lost: Lost | undefined
  #running: Promise<void> | undefined

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** The connection, while there is one. */
  get connection(): GatewayConnection | undefined {
    return this.#connection
  }

  /** Since when it cannot be spoken with, and why. */
  get lost(): Lost | undefined {
    return this.#lost
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#connection?.close()
    await this.#running
  }

  /** Calls back for each of its events, until the answer is called. */
  onEvent(listener: (event: GatewayEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Calls back whenever it is reached or lost. */
  onChange(listener: () => void): () => void {
    this.#changes.add(listener)
    return () => void this.#changes.delete(listener)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const backOff = new BackOff(pauses)
    while (!signal.aborted) {
      const gone = await this.#connected(backOff)
      if (signal.aborted) return
      this.#parts.logger.warn({ code: gone.code, reason: gone.message }, 'a gateway cannot be spoken with')
      this.#lost = { since: this.#lost?.since ?? this.#parts.clock.now(), message: gone.message }
      this.#changed()
      this.#parts.onContact({ state: 'lost', code: gone.code, message: gone.message })
      await backOff.pause(signal)
    }
  }

  /** Speaks with it until that ends; answers why. Never rejects. */
  async #connected(backOff: BackOff): Promise<GatewayGone> {
    try {
      const onEvent = (event: GatewayEvent) => this.#listeners.forEach((listener) => listener(event))
      const connection = await this.#parts.open(onEvent, this.#stopping.signal)
      const since = performance.now()
      this.#connection = connection
      this.#lost = undefined
      const { protocol, server } = connection.hello
      this.#parts.onContact({ state: 'reached', version: server?.version ?? null, protocol: String(protocol) })
      this.#changed()
      const gone = await connection.ended
      if (performance.now() - since > goodMs) backOff.reset()
      return gone
    } catch (error) {
      return asGone(error)
    } finally {
      if (this.#connection) {
        this.#connection = undefined
        this.#changed()
      }
    }
  }

  #changed(): void {
    for (const listener of this.#changes) listener()
  }
}

function asGone(error: unknown): GatewayGone {
  if (error instanceof GatewayGone) return error
  const { code, message } = error as { code?: ContactFault; message: string }
  return new GatewayGone(code ?? 'BROKEN_OFF', message, { cause: error })
}
