import { z } from 'zod'
import { uuid } from '../../kernel/index.ts'
import { auditEntry } from '../../operator/index.ts'
import { route } from '../route.ts'
import { after, cursor, limit, page, span, spanInOrder } from '../shapes.ts'
import { missionControl } from './paths.ts'

export const auditRoutes = {
  audit: route({
    method: 'GET',
    path: `${missionControl}/audit`,
    role: 'observer',
    summary: 'What operators did, newest first',
    query: z
      .object({
        operatorId: z.string().max(200).optional(),
        action: z.string().max(100).optional(),
        sessionId: uuid.optional(),
        ...span,
        limit: limit(50, 200),
        ...cursor,
        ...after,
      })
      .refine(...spanInOrder),
    answer: page(auditEntry),
  }),
} as const
