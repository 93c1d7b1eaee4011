import { z } from 'zod'
import { event, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { agentProviderKind } from './kinds.ts'
import { contactFault, providerIdentity } from './vocabulary.ts'

const provider = { providerId: uuid, name: z.string() }
const where = { name: z.string(), address: z.string() }

/** Facts of `agentProvidersStream`. No token is in any of them. */
export const agentProviderEvents = {
  AgentProviderAdded: event(
    z.object({
      ...provider,
      kind: agentProviderKind,
      address: z.string(),
      hasToken: z.boolean(),
      isActive: z.boolean(),
    }),
  ),
  AgentProviderChanged: event(z.object({ ...provider, address: z.string(), from: z.object(where) })),
  /** `host`: whom it is shown to, with its port. */
  AgentProviderCredentialReplaced: event(z.object({ ...provider, host: z.string(), hasToken: z.boolean() })),
  AgentProviderActivated: event(z.object(provider)),
  /** No session begins there any more; those that run go on. */
  AgentProviderDeactivated: event(z.object(provider)),
  AgentProviderRemoved: event(z.object(provider)),
  /** Nobody can speak with it, since then. */
  AgentProviderLost: event(z.object({ ...provider, code: contactFault, message: z.string(), since: timestamp })),
  /** For the first time, again, or as another than it was. */
  AgentProviderReached: event(z.object({ ...provider, ...providerIdentity.shape })),
} as const

export type AgentProviderEvent = EventsOf<typeof agentProviderEvents>
