import { z } from 'zod'
import { event, type EventsOf, uuid } from '../kernel/index.ts'
import { killScope } from './commands.ts'

/** Facts of the stream `fleet-{workspaceId}`. */
export const fleetEvents = {
  KillAllRequested: event(
    z.object({ killAllId: uuid, scope: killScope, reason: z.string().nullable(), sessionIds: z.array(uuid) }),
  ),
  /** Every session of the request has ended; `killed` are those that this request ended. */
  KillAllCompleted: event(z.object({ killAllId: uuid, killed: z.array(uuid), durationMs: z.number().min(0) })),
} as const

export type FleetEvent = EventsOf<typeof fleetEvents>
