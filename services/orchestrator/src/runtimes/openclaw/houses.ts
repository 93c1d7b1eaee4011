import type { Clock } from '@mosaic/contracts/kernel'
import type { Outgoing } from '@mosaic/outgoing'
import type { Logger } from '@mosaic/runtime'
import { GatewayConnection } from './connection.ts'
import { Gateway } from './gateway.ts'
import { House } from './house.ts'
import { mostBytes, type SessionRow } from './protocol.ts'
import type { Gatekeeper, Providers } from './providers.ts'

/** Until a connection is open, in milliseconds. */
const openMs = 15_000

type HousesParts = {
  readonly providers: Providers
  readonly outgoing: Pick<Outgoing, 'webSocket'>
  /** What was at a gateway first comes to be a session here; answers whether that is settled. */
  readonly adopt: (provider: Gatekeeper, row: SessionRow) => Promise<boolean>
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
}

type Kept = { readonly house: House; readonly address: string; readonly isActive: boolean }

/** One house for each gateway that is configured, whoever is slow or dead: each is spoken with by itself. */
export class Houses {
  readonly #parts: HousesParts
  readonly #houses = new Map<string, Kept>()
  readonly #listeners = new Set<() => void>()
  readonly #stopListening: () => void
  #isStopped = false

  constructor(parts: HousesParts) {
    this.#parts = parts
    this.#stopListening = parts.providers.onChange(() => this.#settle())
    this.#settle()
  }

  /** `null`: the provider is configured no more; `undefined`: that is not known yet. */
  of(providerId: string): House | null | undefined {
    if (!this.#parts.providers.configured()) return undefined
    return this.#houses.get(providerId)?.house ?? null
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopListening()
    await Promise.all(Array.from(this.#houses.values(), ({ house }) => house.stop()))
  }

  /** As they are configured now. */
  #settle(): void {
    const configured = this.#parts.providers.configured()
    if (!configured || this.#isStopped) return
    const there = new Map(configured.map((provider) => [provider.providerId, provider]))
    for (const [providerId, kept] of this.#houses) {
      const now = there.get(providerId)
      if (now?.address === kept.address && now.isActive === kept.isActive) continue
      this.#houses.delete(providerId)
      void kept.house.stop()
    }
    for (const provider of configured) {
      if (!this.#houses.has(provider.providerId)) this.#houses.set(provider.providerId, this.#build(provider))
    }
    for (const listener of this.#listeners) listener()
  }

  #build(provider: Gatekeeper): Kept {
    const { providers, adopt, clock } = this.#parts
    const logger = this.#parts.logger.child({ provider: provider.name })
    const gateway = new Gateway({
      open: (onEvent, signal) => this.#open(provider, onEvent, signal),
      onContact: (contact) => providers.note(provider, contact),
      clock,
      logger,
    })
    // Of one that is off nothing new is taken up; what is here of it goes on.
    const taken = provider.isActive ? (row: SessionRow) => adopt(provider, row) : async () => false
    const house = new House({ gateway, adopt: taken, logger })
    gateway.start()
    return { house, address: provider.address, isActive: provider.isActive }
  }

  async #open(
    provider: Gatekeeper,
    onEvent: Parameters<typeof GatewayConnection.open>[0]['onEvent'],
    signal: AbortSignal,
  ): Promise<GatewayConnection> {
    const { providers, outgoing, version } = this.#parts
    const token = await providers.tokenOf(provider)
    const limits = { timeoutMs: openMs, mostBytes, signal }
    const open = (attach: Parameters<Outgoing['webSocket']>[1]['attach']) =>
      outgoing.webSocket(provider.address, { ...limits, attach })
    return GatewayConnection.open({ token, version, onEvent, open })
  }
}
