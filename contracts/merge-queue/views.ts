import { z } from 'zod'
import { actor, timestamp, uuid, workspaceId } from '../kernel/index.ts'
import { gateResult } from '../quality/index.ts'
import { landingHow, landingObstacle, returnTo } from './vocabulary.ts'

/** `waiting` for its turn, being `tried`, with its `agent` again, or over. */
export const landingStatus = z.enum(['waiting', 'tried', 'agent', 'landed', 'returned', 'removed'])

export const landingView = z.object({
  landingId: uuid,
  sessionId: uuid,
  branch: z.string(),
  title: z.string(),
  how: landingHow,
  returnTo,
  status: landingStatus,
  /** How often its agent was asked again. */
  times: z.int(),
  /** Why it has not landed, last. */
  obstacle: landingObstacle.nullable(),
  /** Where the base stands since it has landed. */
  commit: z.string().nullable(),
  requestedBy: actor,
  requestedAt: timestamp,
  endedAt: timestamp.nullable(),
})
export type LandingView = z.infer<typeof landingView>

/** What is tried now. */
export const landingBatchView = z.object({
  batchId: uuid,
  landingIds: z.array(uuid),
  state: z.enum(['stacking', 'checking', 'pushing', 'held']),
  commit: z.string().nullable(),
  gates: z.array(gateResult.pick({ name: true, kind: true, passed: true, ran: true })),
  /** No gates look at it. */
  isUnseen: z.boolean().default(false),
  /** Where the base can be moved to by whoever has it checked out. */
  ref: z.string().nullable(),
  since: timestamp,
})

/** What waits to land on one branch of one repository, in its order, and what has become of the last that did. */
export const mergeQueueView = z.object({
  queueId: uuid,
  workspaceId,
  repository: z.string(),
  into: z.string(),
  open: z.array(landingView),
  batch: landingBatchView.nullable(),
  /** Why some or all of it does not land at present, and since when. */
  halted: z.object({ message: z.string(), since: timestamp }).nullable().default(null),
  /** Why what was tried last is tried anew. */
  trouble: z.string().nullable(),
  /** Newest first, and no more than `mostOver`. */
  over: z.array(landingView),
  revision: z.int(),
})
export type MergeQueueView = z.infer<typeof mergeQueueView>

/** How many that are over a queue shows. */
export const mostOver = 50
