import {
  type AgentProviderEvent,
  agentProviderEvents,
  agentProvidersStream,
  type ConfiguredProviders,
  noProviders,
  providersAfter,
} from '@mosaic/contracts/agent-provider'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { EventStore, LogEvent } from '@mosaic/event-store'
import type { KnownProvider } from '../../agent-providers/index.ts'

const isOurs = (event: LogEvent): event is LogEvent & AgentProviderEvent =>
  Object.hasOwn(agentProviderEvents, event.type)

/** The providers of a workspace as the log has them, however far behind anybody is who follows it. */
export async function providersOf(
  store: Pick<EventStore, 'readStream'>,
  workspaceId: string,
): Promise<readonly KnownProvider[]> {
  let providers: ConfiguredProviders = noProviders
  for await (const item of store.readStream(agentProvidersStream.of(workspaceId))) {
    if (item.kind !== 'event' || !isOurs(item.event)) continue
    providers = providersAfter(providers, item.event, item.event.metadata.occurredAt)
  }
  return Object.values(providers).map((provider) => ({ ...provider, workspaceId }))
}

type NotFound = Rejection<'AGENT_PROVIDER_NOT_FOUND'>

export async function knownProvider(
  store: Pick<EventStore, 'readStream'>,
  { workspaceId, providerId }: { readonly workspaceId: string; readonly providerId: string },
): Promise<Result<KnownProvider, NotFound>> {
  const found = (await providersOf(store, workspaceId)).find((provider) => provider.providerId === providerId)
  if (found) return ok(found)
  const message = `there is no agent provider ${providerId}`
  return err({ code: 'AGENT_PROVIDER_NOT_FOUND', message, field: 'id' })
}
