import { z } from 'zod'
import { position, recordedEvent } from '../../kernel/index.ts'
import { route } from '../route.ts'
import { limit, span, spanInOrder } from '../shapes.ts'

export const eventRoutes = {
  events: route({
    method: 'GET',
    path: '/api/events',
    role: 'observer',
    summary: "The workspace's events as they stand in the log",
    query: z
      .object({
        /** Events after this position (exclusive), oldest first; or before it with `backwards`. */
        from: position.optional(),
        backwards: z.stringbool().default(false),
        stream: z.string().min(1).max(300).optional(),
        type: z.string().max(100).optional(),
        ...span,
        limit: limit(100, 1000),
      })
      .refine(...spanInOrder),
    answer: z.object({ items: z.array(recordedEvent), nextPosition: position.nullable() }),
  }),
  /** Server-sent events; the SSE id is the commit position. */
  eventsStream: route({
    method: 'GET',
    path: '/api/events/stream',
    role: 'observer',
    summary: "The workspace's events live (server-sent events)",
    query: z.object({ from: position.optional(), type: z.string().max(100).optional() }),
    answer: z.string(),
  }),
} as const
