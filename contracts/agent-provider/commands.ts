import { z } from 'zod'
import { agentProviderKind } from './kinds.ts'
import { agentProviderAddress, agentProviderName, agentProviderToken } from './vocabulary.ts'

export const addAgentProvider = z.strictObject({
  kind: agentProviderKind,
  name: agentProviderName,
  address: agentProviderAddress,
  /** Some want none. */
  token: agentProviderToken.optional(),
  isActive: z.boolean().default(true),
})
export type AddAgentProvider = z.infer<typeof addAgentProvider>

/** What is not named stays. With an address at another host the token is given again: it does not go where it was not meant to go. */
export const changeAgentProvider = z
  .strictObject({
    name: agentProviderName.optional(),
    address: agentProviderAddress.optional(),
    /** `null`: none any more. */
    token: agentProviderToken.nullable().optional(),
    isActive: z.boolean().optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'expected something to change')
export type ChangeAgentProvider = z.infer<typeof changeAgentProvider>

export const testAgentProvider = z.strictObject({})

/** What is sealed, under workspace and id: a token does not go where it was not meant to go. */
export const agentProviderCredential = z.strictObject({ origin: z.string(), token: agentProviderToken })
