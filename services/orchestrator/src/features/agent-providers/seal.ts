import { agentProviderCredential, originOf } from '@mosaic/contracts/agent-provider'
import type { Envelope } from '@mosaic/credentials'
import type { FileDraft } from '@mosaic/runtime'
import { type KnownProvider, tokenId } from '../../agent-providers/index.ts'

type Which = Pick<KnownProvider, 'workspaceId' | 'providerId'>

/** A token sealed with where it may be shown, or none any more. It takes effect when the draft is committed. */
export function draftOf(
  credentials: Pick<Envelope, 'put' | 'remove'>,
  which: Which,
  given: { readonly address: string; readonly token: string | null },
): FileDraft {
  if (given.token === null) return credentials.remove(tokenId(which))
  const sealed = agentProviderCredential.parse({ origin: originOf(given.address), token: given.token })
  return credentials.put(tokenId(which), sealed)
}

/** Written to the disk, recorded, and only then in force: what the disk or the log refuses leaves all as it was. */
export async function sealedAlong<Answer extends { readonly ok: boolean }>(
  draft: FileDraft | undefined,
  record: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const recorded = await record()
    if (recorded.ok) draft?.commit()
    return recorded
  } finally {
    draft?.discard()
  }
}
