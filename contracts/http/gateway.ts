import { z } from 'zod'
import {
  agentType,
  conversationEntry,
  injectMessage,
  killAgent,
  pauseAgent,
  provider,
  resumeAgent,
  sessionStatus,
  sessionTree,
  sessionView,
  spawnAgent,
  terminateAgent,
} from '../agent-session/index.ts'
import { dashboardView, killAll } from '../fleet/index.ts'
import { position, recordedEvent, timestamp, uuid } from '../kernel/index.ts'
import { auditEntry, consoleLayout, operatorView } from '../operator/index.ts'
import { route } from './route.ts'
import { after, commandAnswer, health, killAllAnswer, limit, page, sessionParams } from './shapes.ts'

const base = '/api/mission-control'
const cursor = { cursor: z.string().max(500).optional() }

const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  route({
    method: 'POST',
    path: `${base}/sessions/:id/${verb}`,
    summary,
    params: sessionParams,
    body,
    answer: commandAnswer,
    status: 202,
  })

/** One component as the status banner and `mosaic status` show it. */
export const componentStatus = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  detail: z.string().optional(),
  lag: z.number().nullable().optional(),
})

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

/** The gateway's routes (port 3000): everything that console and CLI do. All but health and sign-in need a sign-in. */
export const gatewayRoutes = {
  health: route({ method: 'GET', path: '/health', summary: 'Health', answer: health }),
  createSignInLink: route({
    method: 'POST',
    path: '/api/sign-in/links',
    summary: 'A new one-time sign-in link (needs an API token)',
    answer: z.object({ url: z.string(), expiresAt: timestamp }),
    status: 201,
  }),
  signIn: route({
    method: 'POST',
    path: '/api/sign-in',
    summary: "Trade a link's token for a session cookie",
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    answer: operatorView,
  }),
  me: route({ method: 'GET', path: '/api/sign-in', summary: 'Who is signed in', answer: operatorView }),
  signOut: route({ method: 'DELETE', path: '/api/sign-in', summary: 'Sign out', answer: z.null(), status: 204 }),
  status: route({
    method: 'GET',
    path: '/api/status',
    summary: 'How the engines and services are',
    answer: z.object({
      components: z.record(z.string(), componentStatus),
      models: z.array(z.string()),
    }),
  }),

  sessions: route({
    method: 'GET',
    path: `${base}/sessions`,
    summary: 'Sessions, newest first',
    query: z.object({
      status: sessionStatus.optional(),
      agentType: agentType.optional(),
      provider: provider.optional(),
      missionId: uuid.optional(),
      parentSessionId: uuid.optional(),
      /** Looked for in name and task, ignoring case. */
      q: z.string().max(200).optional(),
      limit: limit(50, 200),
      ...cursor,
      ...after,
    }),
    answer: page(sessionView),
  }),
  spawn: route({
    method: 'POST',
    path: `${base}/sessions`,
    summary: 'Spawn an agent',
    body: spawnAgent,
    answer: commandAnswer,
    status: 202,
  }),
  session: route({
    method: 'GET',
    path: `${base}/sessions/:id`,
    summary: 'One session',
    params: sessionParams,
    query: z.object(after),
    answer: sessionView,
  }),
  messages: route({
    method: 'GET',
    path: `${base}/sessions/:id/messages`,
    summary: 'The conversation, by revision',
    params: sessionParams,
    query: z.object({
      /** Entries above this revision, oldest first; */
      afterRevision: z.coerce.number().int().min(-1).optional(),
      /** or entries below this one, the nearest to it (answered oldest first all the same). */
      beforeRevision: z.coerce.number().int().min(0).optional(),
      limit: limit(100, 500),
      ...after,
    }),
    answer: z.object({ items: z.array(conversationEntry), hasMore: z.boolean(), position }),
  }),
  /** Server-sent events, one `StreamFrame` each; the SSE id of an event is its revision (`Last-Event-ID`). */
  stream: route({
    method: 'GET',
    path: `${base}/sessions/:id/stream`,
    summary: 'The session live (server-sent events)',
    params: sessionParams,
    query: z.object({ fromRevision: z.coerce.number().int().min(0).optional() }),
    answer: z.string(),
  }),
  inject: command('inject', 'Say something to a running agent', injectMessage),
  pause: command('pause', 'Pause an agent', pauseAgent),
  resume: command('resume', 'Resume a paused agent', resumeAgent),
  terminate: command('terminate', 'End an agent after its current step', terminateAgent),
  kill: command('kill', 'Kill an agent and all its processes', killAgent),
  killAll: route({
    method: 'POST',
    path: `${base}/kill-all`,
    summary: 'Kill every agent in scope',
    body: killAll,
    answer: killAllAnswer,
    status: 202,
  }),
  tree: route({
    method: 'GET',
    path: `${base}/tree`,
    summary: 'Sessions by parent',
    query: z.object({ missionId: uuid.optional(), ...after }),
    answer: z.object({ roots: z.array(sessionTree), position }),
  }),
  audit: route({
    method: 'GET',
    path: `${base}/audit`,
    summary: 'What operators did, newest first',
    query: z.object({
      operatorId: z.string().max(200).optional(),
      action: z.string().max(100).optional(),
      sessionId: uuid.optional(),
      limit: limit(50, 200),
      ...cursor,
      ...after,
    }),
    answer: page(auditEntry),
  }),
  dashboard: route({
    method: 'GET',
    path: `${base}/dashboard`,
    summary: 'The numbers',
    query: z.object(after),
    answer: dashboardView,
  }),
  layout: route({
    method: 'GET',
    path: `${base}/layout`,
    summary: "The operator's panel layout",
    answer: consoleLayout,
  }),
  saveLayout: route({
    method: 'PUT',
    path: `${base}/layout`,
    summary: 'Keep the panel layout',
    body: consoleLayout,
    answer: consoleLayout,
  }),

  events: route({
    method: 'GET',
    path: '/api/events',
    summary: "The workspace's events as they stand in the log",
    query: z.object({
      /** Events after this position (exclusive), oldest first; or before it with `backwards`. */
      from: position.optional(),
      backwards: z.stringbool().default(false),
      stream: z.string().min(1).max(300).optional(),
      type: z.string().max(100).optional(),
      limit: limit(100, 1000),
    }),
    answer: z.object({ items: z.array(recordedEvent), nextPosition: position.nullable() }),
  }),
  /** Server-sent events; the SSE id is the commit position. */
  eventsStream: route({
    method: 'GET',
    path: '/api/events/stream',
    summary: "The workspace's events live (server-sent events)",
    query: z.object({ from: position.optional(), type: z.string().max(100).optional() }),
    answer: z.string(),
  }),

  projections: route({
    method: 'GET',
    path: '/api/projections',
    summary: 'Read models, their lag and proofs',
    answer: z.object({ items: z.array(projectionView) }),
  }),
  rebuildProjection: route({
    method: 'POST',
    path: '/api/projections/:name/rebuild',
    summary: 'Build a read model anew and swap it in',
    params: projectionParams,
    answer: projectionView,
  }),
  verifyProjection: route({
    method: 'POST',
    path: '/api/projections/:name/verify',
    summary: 'Rebuild beside the live one and compare',
    params: projectionParams,
    answer: verifyAnswer,
  }),
} as const

/** The projector's own routes; the gateway passes the projection routes on to them. */
export const projectorRoutes = {
  health: route({ method: 'GET', path: '/health', summary: 'Health', answer: health }),
  projections: route({ ...gatewayRoutes.projections, path: '/projections' }),
  rebuild: route({ ...gatewayRoutes.rebuildProjection, path: '/projections/:name/rebuild' }),
  verify: route({ ...gatewayRoutes.verifyProjection, path: '/projections/:name/verify' }),
} as const
