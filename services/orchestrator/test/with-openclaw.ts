import { Outgoing, readNetworks } from '@mosaic/outgoing'
import { newId } from '@mosaic/contracts/kernel'
import type { RuntimesOf } from '../src/orchestrator.ts'
import { builtInRuntimes, type Contact, type Gatekeeper, type Providers } from '../src/runtimes/index.ts'

/** Gateways that a test has configured, as whoever keeps them would. */
export class TestProviders implements Providers {
  readonly contacts: (Contact & { readonly name: string })[] = []
  readonly tokens = new Map<string, string>()
  #configured: Gatekeeper[] = []
  readonly #listeners = new Set<() => void>()

  add(name: string, address: string, token: string, over: Partial<Gatekeeper> = {}): Gatekeeper {
    const provider: Gatekeeper = {
      providerId: newId(),
      kind: 'openclaw',
      name,
      address,
      hasToken: true,
      isActive: true,
      addedAt: new Date().toISOString(),
      lost: null,
      identity: null,
      workspaceId: 'default',
      ...over,
    }
    this.tokens.set(provider.providerId, token)
    this.set([...this.#configured, provider])
    return provider
  }

  set(configured: Gatekeeper[]): void {
    this.#configured = configured
    for (const listener of this.#listeners) listener()
  }

  configured(): readonly Gatekeeper[] {
    return this.#configured
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async tokenOf({ providerId }: Gatekeeper): Promise<string | null> {
    return this.tokens.get(providerId) ?? null
  }

  note({ name }: Gatekeeper, contact: Contact): void {
    this.contacts.push({ name, ...contact })
  }
}

export const withOpenclaw =
  (providers: Providers): RuntimesOf =>
  (parts) => {
    const outgoing = new Outgoing({ networks: readNetworks('127.0.0.0/8')!, variable: 'MOSAIC_PROVIDER_NETWORKS' })
    return builtInRuntimes({ ...parts, gateways: providers, outgoing })
  }
