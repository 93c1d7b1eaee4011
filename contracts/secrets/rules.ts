import { z } from 'zod'
import { timestamp } from '../kernel/index.ts'
import type { SecretRuleEvent } from './events.ts'

/** Who said it, and when. */
const said = { by: z.string(), at: timestamp }
const secretPatternView = z.object({ name: z.string(), pattern: z.string(), ...said })
const allowedFingerprintView = z.object({ fingerprint: z.string(), reason: z.string(), ...said })

/** What people of a workspace have said of secrets, in the order in which they said it. */
export const secretRulesView = z.object({
  patterns: z.array(secretPatternView),
  allowed: z.array(allowedFingerprintView),
})
export type SecretRulesView = z.infer<typeof secretRulesView>

export const noSecretRules: SecretRulesView = { patterns: [], allowed: [] }

/** The rules after a fact. */
export function secretRulesAfter(
  { patterns, allowed }: SecretRulesView,
  event: SecretRuleEvent,
  who: { readonly by: string; readonly at: string },
): SecretRulesView {
  switch (event.type) {
    case 'SecretPatternAdded': {
      const { name, pattern } = event.data
      return { patterns: [...patterns, { name, pattern, ...who }], allowed }
    }
    case 'SecretPatternRemoved':
      return { patterns: patterns.filter(({ name }) => name !== event.data.name), allowed }
    case 'SecretFingerprintAllowed': {
      const { fingerprint, reason } = event.data
      return { patterns, allowed: [...allowed, { fingerprint, reason, ...who }] }
    }
    case 'SecretFingerprintRevoked':
      return { patterns, allowed: allowed.filter(({ fingerprint }) => fingerprint !== event.data.fingerprint) }
  }
}
