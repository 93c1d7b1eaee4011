import { z } from 'zod'
import { event, type EventsOf } from '../kernel/index.ts'

/** What a credential is for. */
export const credentialKind = z.enum(['model', 'code-host'])
export type CredentialKind = z.infer<typeof credentialKind>

const which = { kind: credentialKind, name: z.string() }

/** Facts of `credentialsStream`: that there is a credential and whom it is shown to. The credential itself is in no event. */
export const credentialEvents = {
  CredentialStored: event(
    z.object({
      ...which,
      /** Whom it is shown to: host and port. */
      host: z.string(),
      /** Some servers want none. */
      hasSecret: z.boolean(),
      /** There was one of this name before. */
      replaced: z.boolean(),
    }),
  ),
  CredentialRemoved: event(z.object(which)),
  /** All are sealed anew under the master key of this id. */
  MasterKeyRotated: event(z.object({ keyId: z.string(), credentials: z.int().min(0) })),
} as const

export type CredentialEvent = EventsOf<typeof credentialEvents>
