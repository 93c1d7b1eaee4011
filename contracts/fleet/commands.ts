import { z } from 'zod'
import { modelProvider } from '../agent-session/index.ts'

/** Whom a kill-all hits: everyone, the sessions of our own runtime (`internal`), or those on one provider's models. */
export const killScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('internal') }),
  z.strictObject({ kind: z.literal('model-provider'), modelProvider }),
])
export type KillScope = z.infer<typeof killScope>

/** `confirm` is typed by the person who asks for it. */
export const killAll = z.strictObject({
  scope: killScope.default({ kind: 'all' }),
  reason: z.string().trim().min(1).max(2000).optional(),
  confirm: z.literal('KILL ALL'),
})
