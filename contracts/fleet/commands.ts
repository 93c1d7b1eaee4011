import { z } from 'zod'
import { modelProvider } from '../agent-session/index.ts'

/** Whom a kill-all hits: everyone, the sessions of our own runtime (`internal`), or those on one provider's models. */
export const killScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('internal') }),
  z.strictObject({ kind: z.literal('model-provider'), modelProvider }),
])
export type KillScope = z.infer<typeof killScope>

const reason = z.string().trim().min(1).max(2000).optional()
const scope = killScope.default({ kind: 'all' })

/** Nothing in scope is spawned any more; what lives goes on. */
export const freezeFleet = z.strictObject({ scope, reason })

export const unfreezeFleet = z.strictObject({ reason })

/** Freezes the scope, so that nothing new comes up behind it. `confirm` is typed by the person who asks for it. */
export const killAll = z.strictObject({
  scope,
  reason,
  confirm: z.literal('KILL ALL'),
})
