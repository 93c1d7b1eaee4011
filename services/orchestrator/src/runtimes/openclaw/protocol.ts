import { z } from 'zod'

/** The version of the gateway's protocol that is spoken here. */
export const protocolVersion = 4

/** Of one message that a gateway sends: more of it ends the connection. */
export const mostBytes = 16 * 1024 * 1024

const name = z.string().min(1).max(200)
const moment = z.number().min(0).max(8.64e15)

const refusal = z.object({
  code: z.string().max(200),
  message: z.string().max(10_000),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().min(0).optional(),
  details: z.object({ code: z.string().max(200).optional(), reason: z.string().max(200).optional() }).optional(),
})
export type Refusal = z.infer<typeof refusal>

/** What a gateway sends. Whatever else it may send is not for us. */
export const inbound = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: name, payload: z.unknown() }),
  z.object({
    type: z.literal('res'),
    id: name,
    ok: z.boolean(),
    payload: z.unknown(),
    error: refusal.optional(),
  }),
])
export type GatewayEvent = Pick<Extract<z.infer<typeof inbound>, { type: 'event' }>, 'event' | 'payload'>

/** What it says of itself once it has taken the token. */
export const hello = z.object({
  protocol: z.int(),
  server: z
    .object({ version: z.string().max(200) })
    .partial()
    .optional(),
  features: z.object({ methods: z.array(name).max(5000), events: z.array(name).max(5000) }),
  auth: z
    .object({ scopes: z.array(name).max(100) })
    .partial()
    .optional(),
  policy: z
    .object({ tickIntervalMs: z.number().min(1000).max(600_000) })
    .partial()
    .optional(),
})
export type Hello = z.infer<typeof hello>

const optionalText = (most: number) => z.string().max(most).nullish().catch(null)

/** A session as it is listed. */
export const sessionRow = z.object({
  key: z.string().min(1).max(512),
  label: optionalText(2000),
  displayName: optionalText(2000),
  derivedTitle: optionalText(20_000),
  createdAt: moment.nullish().catch(null),
  archived: z.boolean().nullish().catch(null),
  hasActiveRun: z.boolean().nullish().catch(null),
  /** Who spawned it, where another of the gateway's sessions did. */
  spawnedBy: optionalText(512),
  model: optionalText(500),
})
export type SessionRow = z.infer<typeof sessionRow>

export const sessionList = z.object({
  sessions: z.array(z.unknown()).max(10_000),
  nextOffset: z.int().min(0).nullish(),
  hasMore: z.boolean().nullish(),
})

export const created = z.object({ key: z.string().min(1).max(512) })

/** One row of a conversation, as it is shown: several may be of one message. */
export const historyRow = z.object({
  role: name,
  content: z.union([z.string(), z.array(z.unknown()).max(10_000)]).optional(),
  timestamp: moment.optional().catch(undefined),
  idempotencyKey: z.string().max(500).optional().catch(undefined),
  toolCallId: z.string().max(500).optional().catch(undefined),
  toolName: z.string().max(200).optional().catch(undefined),
  isError: z.boolean().optional().catch(undefined),
  stopReason: z.string().max(200).optional().catch(undefined),
  model: z.string().max(500).optional().catch(undefined),
  errorMessage: z.string().max(10_000).optional().catch(undefined),
  usage: z
    .object({
      input: z.int().min(0),
      output: z.int().min(0),
      cacheRead: z.int().min(0).optional(),
      cacheWrite: z.int().min(0).optional(),
      cost: z.object({ total: z.number().min(0) }).optional(),
    })
    .optional()
    .catch(undefined),
  __openclaw: z
    .object({
      id: z.string().min(1).max(500).optional(),
      seq: z.number().optional(),
      kind: z.string().max(200).optional(),
    })
    .optional()
    .catch(undefined),
})
export type HistoryRow = z.infer<typeof historyRow>

export const historyPage = z.object({
  messages: z.array(z.unknown()).max(5000),
  hasMore: z.boolean().optional(),
  nextOffset: z.int().min(0).nullish(),
  sessionInfo: z.object({ hasActiveRun: z.boolean().optional() }).optional(),
})

export const textOf = z.object({ type: z.literal('text'), text: z.string() })
export const thinkingOf = z.object({ type: z.literal('thinking'), thinking: z.string() })
export const toolCallOf = z.object({
  type: z.literal('toolCall'),
  id: z.string().min(1).max(500),
  name,
  arguments: z.record(z.string(), z.unknown()).optional().catch(undefined),
})

/** What every event that concerns a session says of it. */
export const ofSession = z.object({ sessionKey: z.string().min(1).max(512) })

/** Words as they are being said, in the stream of a run. */
export const words = z.object({
  stream: z.literal('assistant'),
  data: z.object({ delta: z.string(), itemId: z.string().max(500).optional() }),
})

export const approvalAsked = z.object({
  id: z.string().min(1).max(200),
  request: z.object({
    command: z.string().max(100_000),
    cwd: optionalText(4000),
    host: optionalText(200),
    sessionKey: z.string().max(512).nullish(),
    allowedDecisions: z.array(z.string().max(100)).max(20).nullish(),
  }),
  expiresAtMs: moment.nullish(),
})
export type ApprovalAsked = z.infer<typeof approvalAsked>

export const approvalOver = z.object({ id: z.string().min(1).max(200) })
