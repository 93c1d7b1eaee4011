import { z } from 'zod'
import { position, timestamp, workspaceId } from '../../kernel/index.ts'
import { route } from '../route.ts'

export const projectionView = z.object({
  name: z.string(),
  version: z.int(),
  status: z.enum(['live', 'rebuilding', 'degraded']),
  position,
  /** Events in the log after the checkpoint that the projection has yet to handle. */
  lag: z.number().nullable(),
  /** Events that it could not take in, or that wait behind one of their stream, of all workspaces. */
  parkedEvents: z.int(),
  /** Of the asker's workspace, a row per stream: the event that was the cause, and how many wait behind it. */
  parked: z.array(
    z.object({
      streamId: z.string(),
      position,
      eventId: z.string(),
      eventType: z.string(),
      error: z.string(),
      waiting: z.int(),
    }),
  ),
  lastProof: z.object({ at: timestamp, position, digest: z.string(), equal: z.boolean() }).nullable(),
})
export type ProjectionView = z.infer<typeof projectionView>

export const verifyAnswer = z.object({
  name: z.string(),
  equal: z.boolean(),
  position,
  rows: z.int(),
  liveDigest: z.string(),
  rebuiltDigest: z.string(),
  firstDifference: z.object({ table: z.string(), key: z.string(), live: z.unknown(), rebuilt: z.unknown() }).nullable(),
})
export type VerifyAnswer = z.infer<typeof verifyAnswer>

/** Where the decision stands in the log: the read model has followed it once it has passed there. */
const decided = z.object({ position })

const projectionParams = z.object({ name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) })

export const projectionRoutes = {
  projections: route({
    method: 'GET',
    path: '/api/projections',
    role: 'observer',
    summary: 'Read models, their lag and proofs',
    answer: z.object({ items: z.array(projectionView) }),
  }),
  rebuildProjection: route({
    method: 'POST',
    path: '/api/projections/:name/rebuild',
    role: 'admin',
    summary: "Build a read model anew and swap it in; or one workspace's rows of it",
    params: projectionParams,
    query: z.object({ workspaceId: workspaceId.optional() }),
    answer: projectionView,
  }),
  cancelRebuild: route({
    method: 'DELETE',
    path: '/api/projections/:name/rebuild',
    role: 'admin',
    summary: 'Give up a rebuild or a proof that is under way',
    params: projectionParams,
    answer: z.object({ cancelled: z.boolean() }),
  }),
  retryParked: route({
    method: 'POST',
    path: '/api/projections/:name/parked/retry',
    role: 'admin',
    summary: 'Try again what is parked, in order: of one stream, or of all',
    params: projectionParams,
    body: z.strictObject({ streamId: z.string().min(1).max(300).optional() }),
    answer: decided,
  }),
  skipParked: route({
    method: 'POST',
    path: '/api/projections/:name/parked/skip',
    role: 'admin',
    summary: 'Do without the event that holds up a stream, in this read model',
    params: projectionParams,
    body: z.strictObject({ streamId: z.string().min(1).max(300) }),
    answer: decided,
  }),
  verifyProjection: route({
    method: 'POST',
    path: '/api/projections/:name/verify',
    role: 'operator',
    summary: 'Rebuild beside the live one and compare',
    params: projectionParams,
    answer: verifyAnswer,
  }),
} as const
