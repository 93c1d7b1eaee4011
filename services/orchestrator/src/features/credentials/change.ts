import { type CredentialEvent, credentialsStream } from '@mosaic/contracts/credential'
import { inTime } from '@mosaic/event-store'
import type { FileDraft } from '@mosaic/runtime'
import type { Caller } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

type Change = { readonly draft: FileDraft; readonly event: CredentialEvent }

/**
 * Carries out a change to the envelope, one after another: written to the disk, recorded, and only then in force. Nobody
 * gives a key to Mosaic without a trace, and what the disk or the log refuses leaves everything as it was.
 */
export const changeCredentials = (deps: FeatureDeps, caller: Caller, prepare: () => Change) =>
  deps.credentials.inTurn(() => carryOut(deps, caller, prepare()))

async function carryOut({ store, instanceId }: FeatureDeps, caller: Caller, { draft, event }: Change) {
  try {
    const appended = await inTime(recordCredentials({ store, instanceId }, caller, event))
    if (appended.ok) draft.commit()
    return appended
  } finally {
    draft.discard()
  }
}

export const recordCredentials = (
  { store, instanceId }: Pick<FeatureDeps, 'store' | 'instanceId'>,
  context: Caller,
  event: CredentialEvent,
) => store.append(credentialsStream.of(instanceId), [event], { expectedRevision: 'any', context })

/** Enough to tell two secrets apart, of one that is long enough to give that away. */
export const masked = (secret: string): string => (secret.length >= 24 ? `…${secret.slice(-4)}` : '…')
