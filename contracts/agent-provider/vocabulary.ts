import { z } from 'zod'

/** Unique in its workspace. */
export const agentProviderName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: 'expected small letters, digits and hyphens, a letter first, at most 64',
})

/**
 * Where a provider is. The scheme says whether it is spoken to by TLS; http and ws, https and wss mean the same. Which hosts
 * may be reached is decided when one is: a name may come to lead elsewhere.
 */
export const agentProviderAddress = z
  .url({ protocol: /^(https?|wss?)$/, abort: true, error: 'expected an address with http, https, ws or wss' })
  .max(2000)
  .refine((text) => {
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'expected no user or password in the address: the token is a field of its own')
  .refine((text) => new URL(text).hash === '', 'expected no fragment in the address')

export const agentProviderToken = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  // It becomes a header.
  .regex(/^[\x21-\x7e]+$/, 'expected a token without spaces')

/** Why a provider cannot be spoken with. */
export const contactFault = z.enum([
  /** The operator's configuration does not allow where it is. */
  'ADDRESS_REFUSED',
  'NAME_NOT_FOUND',
  'CONNECTION_REFUSED',
  'TIMED_OUT',
  'TLS_FAILED',
  /** It wants another token, or one at all; or what it has is not enough. */
  'UNAUTHORIZED',
  /** It speaks another version of its protocol. */
  'OTHER_PROTOCOL',
  /** Something answers, and it is not what it was said to be. */
  'NOT_A_GATEWAY',
  'BROKEN_OFF',
  /** Its token does not open: it has to be given anew. */
  'CREDENTIAL_UNREADABLE',
])
export type ContactFault = z.infer<typeof contactFault>

/** What a provider says of itself; who speaks with it bounds that. Covering a secret in it may make it longer. */
export const providerIdentity = z.object({ version: z.string().nullable(), protocol: z.string().nullable() })
export type ProviderIdentity = z.infer<typeof providerIdentity>
