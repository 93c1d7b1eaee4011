import { z } from 'zod'
import { modelProvider, runtimeKind } from '../agent-session/index.ts'
import { uuid } from '../kernel/index.ts'

/** Who runs sessions: an orchestrator, as claims name it. */
const workerId = z.string().min(1).max(200)

/**
 * Whom a kill or a freeze means: everyone, a mission's sessions, those that a runtime runs, those on one provider's
 * models, those that a worker runs, or a session with all that descend from it.
 */
export const killScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('mission'), missionId: uuid }),
  z.strictObject({ kind: z.literal('runtime'), runtime: runtimeKind }),
  z.strictObject({ kind: z.literal('modelProvider'), modelProvider }),
  z.strictObject({ kind: z.literal('worker'), workerId }),
  z.strictObject({ kind: z.literal('subtree'), sessionId: uuid }),
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
