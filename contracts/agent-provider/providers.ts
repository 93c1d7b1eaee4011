import type { AgentProviderEvent } from './events.ts'
import type { AgentProviderKind } from './kinds.ts'
import type { ContactFault, ProviderIdentity } from './vocabulary.ts'

/** A provider as the log has it. */
export type ConfiguredProvider = {
  readonly providerId: string
  readonly kind: AgentProviderKind
  readonly name: string
  readonly address: string
  readonly hasToken: boolean
  readonly isActive: boolean
  readonly addedAt: string
  /** Set while nobody can speak with it. */
  readonly lost: { readonly since: string; readonly code: ContactFault; readonly message: string } | null
  /** What it last said of itself; `null`: where it is now it was never spoken with. */
  readonly identity: ProviderIdentity | null
}

/** By id, in the order in which they were added. */
export type ConfiguredProviders = Readonly<Record<string, ConfiguredProvider>>

export const noProviders: ConfiguredProviders = {}

/** The providers of a workspace after a fact. @param at when it happened */
export function providersAfter(
  providers: ConfiguredProviders,
  event: AgentProviderEvent,
  at: string,
): ConfiguredProviders {
  const { providerId } = event.data
  const before = providers[providerId]
  const now = (change: Partial<ConfiguredProvider>): ConfiguredProviders =>
    before ? { ...providers, [providerId]: { ...before, ...change } } : providers
  switch (event.type) {
    case 'AgentProviderAdded':
      return { ...providers, [providerId]: { ...event.data, addedAt: at, lost: null, identity: null } }
    case 'AgentProviderChanged': {
      const { name, address, from } = event.data
      return now({ name, address, ...(address !== from.address && { lost: null, identity: null }) })
    }
    case 'AgentProviderCredentialReplaced':
      return now({ hasToken: event.data.hasToken })
    case 'AgentProviderActivated':
      return now({ isActive: true })
    case 'AgentProviderDeactivated':
      return now({ isActive: false })
    case 'AgentProviderRemoved': {
      const { [providerId]: _, ...others } = providers
      return others
    }
    case 'AgentProviderLost': {
      const { since, code, message } = event.data
      return now({ lost: { since, code, message } })
    }
    case 'AgentProviderReached': {
      const { version, protocol } = event.data
      return now({ lost: null, identity: { version, protocol } })
    }
  }
}

/** Where a token may be shown: scheme by TLS or not, host and port. @param address as `agentProviderAddress` has it */
export function originOf(address: string): string {
  const { protocol, host } = new URL(address)
  return `${protocol === 'https:' || protocol === 'wss:' ? 'https' : 'http'}://${host}`
}
