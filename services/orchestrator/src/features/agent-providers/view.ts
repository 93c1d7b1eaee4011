import { agentProviderKinds, type AgentProviderView, providerStateOf } from '@mosaic/contracts/agent-provider'
import { CredentialFault } from '@mosaic/credentials'
import { type KnownProvider, tokenOf } from '../../agent-providers/index.ts'
import { masked } from '../credentials/change.ts'
import type { FeatureDeps } from '../deps.ts'

type Deps = Pick<FeatureDeps, 'credentials' | 'gateways' | 'clock'>

/** A provider as people see it. */
export function viewOf({ credentials, gateways, clock }: Deps, provider: KnownProvider): AgentProviderView {
  const { providerId, kind, name, address, isActive, lost, identity, addedAt } = provider
  const now = clock.now()
  const lastContactAt = gateways.lastContactOf(providerId)?.toISOString() ?? null
  return {
    providerId,
    kind,
    name,
    address,
    isActive,
    state: providerStateOf(provider, { lastContactAt, now }),
    unreachable: lost,
    capabilities: agentProviderKinds[kind].capabilities,
    version: identity?.version ?? null,
    protocol: identity?.protocol ?? null,
    lastContactAt,
    ...shownToken(credentials, provider),
    addedAt,
  }
}

function shownToken(credentials: Deps['credentials'], provider: KnownProvider) {
  try {
    const token = tokenOf(credentials, provider)
    return { maskedToken: token === null ? null : masked(token), problem: null }
  } catch (error) {
    if (!(error instanceof CredentialFault)) throw error
    return { maskedToken: null, problem: error.message }
  }
}
