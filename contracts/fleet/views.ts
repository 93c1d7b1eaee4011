import { z } from 'zod'
import { sessionStatus, usageTotal } from '../agent-session/index.ts'
import { actor, position, timestamp, uuid } from '../kernel/index.ts'
import { killScope } from './commands.ts'

/** Milliseconds over the sessions that have reached the step; `null` while none has. */
export const latencyView = z.object({
  count: z.int(),
  p50: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
})

/** The numbers above the panels, of one workspace. Spawn: requested → started. Kill: requested → killed. */
export const dashboardView = z.object({
  sessions: z.record(sessionStatus, z.int()),
  total: z.int(),
  live: z.int(),
  needsInput: z.int(),
  /** Live, and taken to be stuck. */
  needsAttention: z.int().default(0),
  /** Live, and waiting for their turn to start. */
  queued: z.int().default(0),
  usage: usageTotal,
  commits: z.int(),
  spawnLatencyMs: latencyView,
  killLatencyMs: latencyView,
  position,
  updatedAt: timestamp.nullable(),
})
export type DashboardView = z.infer<typeof dashboardView>

/** One scope in which nothing is spawned at present. */
export const freezeView = z.object({
  scope: killScope,
  reason: z.string().nullable(),
  /** The kill-all that began with it. */
  killAllId: uuid.nullable(),
  frozenAt: timestamp,
  frozenBy: actor,
})
export type FreezeView = z.infer<typeof freezeView>

/** What holds for a workspace's fleet as a whole. Empty where nothing is frozen. */
export const fleetView = z.object({ freezes: z.array(freezeView), position })
export type FleetView = z.infer<typeof fleetView>
