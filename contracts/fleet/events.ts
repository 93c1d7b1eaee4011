import { z } from 'zod'
import { event, eventSince, type EventsOf, uuid, type Upcast } from '../kernel/index.ts'
import { killScope } from './commands.ts'

const providerScope = z.object({ kind: z.literal('provider'), provider: z.string() })

/** Version 1 said `provider` for who answers the model calls. Its `internal` meant the task's source; who was hit is in `sessionIds`. */
const requestedV1: Upcast = ({ scope, ...rest }) => {
  const old = providerScope.safeParse(scope)
  return { ...rest, scope: old.success ? { kind: 'model-provider', modelProvider: old.data.provider } : scope }
}

const ownRuntimeScope = z.object({ kind: z.literal('internal') })
const modelProviderScope = z.object({ kind: z.literal('model-provider'), modelProvider: z.string() })

/** There was a scope of its own for our runtime, and another word for a model provider's. */
const beforeScopes: Upcast = ({ scope, ...rest }) => {
  const provider = modelProviderScope.safeParse(scope)
  if (provider.success) return { ...rest, scope: { ...provider.data, kind: 'modelProvider' } }
  const isOurs = ownRuntimeScope.safeParse(scope).success
  return { ...rest, scope: isOurs ? { kind: 'runtime', runtime: 'internal' } : scope }
}

/** Facts of `fleetStream`. */
export const fleetEvents = {
  /**
   * Until `FleetUnfrozen` no agent in scope is spawned; what is spawned all the same, since it was decided at the same
   * moment, is killed. `killAllId`: the kill-all that begins with it.
   */
  FleetFrozen: eventSince(z.object({ scope: killScope, reason: z.string().nullable(), killAllId: uuid.nullable() }), [
    beforeScopes,
  ]),
  /** All freezes of the workspace end. */
  FleetUnfrozen: event(z.object({ reason: z.string().nullable() })),
  /** `sessionIds` are those known to live at the request; those whose spawn stands before it in the log are hit as well. */
  KillAllRequested: eventSince(
    z.object({ killAllId: uuid, scope: killScope, reason: z.string().nullable(), sessionIds: z.array(uuid) }),
    [requestedV1, beforeScopes],
  ),
  /** Every session that it hit has ended; `killed` are those that it ended. */
  KillAllCompleted: event(z.object({ killAllId: uuid, killed: z.array(uuid), durationMs: z.number().min(0) })),
} as const

export type FleetEvent = EventsOf<typeof fleetEvents>
