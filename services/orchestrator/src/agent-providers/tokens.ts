import { agentProviderCredential, originOf } from '@mosaic/contracts/agent-provider'
import { CredentialFault, type CredentialId, type Envelope } from '@mosaic/credentials'
import { ownSecrets } from '@mosaic/runtime'
import type { KnownProvider } from './known-providers.ts'

type Which = Pick<KnownProvider, 'workspaceId' | 'providerId'>

/** Under which a provider's token is sealed: it opens for no other workspace, and no other provider. */
export const tokenId = ({ workspaceId, providerId }: Which): CredentialId => ({
  kind: 'agent-provider',
  name: `${workspaceId}/${providerId}`,
})

/** A provider's token, where it has one and is where it was given for. @throws CredentialFault, and where it is not */
export function tokenOf(envelope: Pick<Envelope, 'open'>, provider: KnownProvider): string | null {
  if (!provider.hasToken) return null
  const sealed = envelope.open(tokenId(provider))
  // Of one that was added this moment it is in force the next.
  if (sealed === undefined) throw new CredentialFault('KEY_MISSING', 'its token is not there: give it anew')
  const { origin, token } = agentProviderCredential.parse(sealed)
  if (origin !== originOf(provider.address)) {
    throw new CredentialFault('TAMPERED', `the token is for ${origin}: give it anew`)
  }
  ownSecrets.add(token)
  return token
}
