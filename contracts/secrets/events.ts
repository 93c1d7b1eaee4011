import { z } from 'zod'
import { event, type EventsOf, workspaceId } from '../kernel/index.ts'

/** Facts of `secretRulesStream`. Whoever is their actor has decided it. */
export const secretRuleEvents = {
  SecretPatternAdded: event(z.object({ workspaceId, name: z.string(), pattern: z.string() })),
  /** What was covered by it stays covered. */
  SecretPatternRemoved: event(z.object({ workspaceId, name: z.string() })),
  /** It looks like a secret and is none: it may be shown and committed in all of the workspace. */
  SecretFingerprintAllowed: event(z.object({ workspaceId, fingerprint: z.string(), reason: z.string() })),
  /** What was committed by it stays committed. */
  SecretFingerprintRevoked: event(z.object({ workspaceId, fingerprint: z.string() })),
} as const

export type SecretRuleEvent = EventsOf<typeof secretRuleEvents>
