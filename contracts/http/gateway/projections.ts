import { z } from 'zod'
import { position, timestamp } from '../../kernel/index.ts'
import { route } from '../route.ts'

export const projectionView = z.object({
  name: z.string(),
  version: z.int(),
  status: z.enum(['live', 'rebuilding', 'degraded']),
  position,
  /** Events in the log after the checkpoint that the projection has yet to handle. */
  lag: z.number().nullable(),
  parked: z.array(z.object({ position, eventId: z.string(), eventType: z.string(), error: z.string() })),
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
    summary: 'Build a read model anew and swap it in',
    params: projectionParams,
    answer: projectionView,
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
