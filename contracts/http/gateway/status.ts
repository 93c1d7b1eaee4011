import { z } from 'zod'
import { route } from '../route.ts'
import { health } from '../shapes.ts'

/** One component as the status banner and `mosaic status` show it. */
export const componentStatus = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  detail: z.string().optional(),
  lag: z.number().nullable().optional(),
  /** Changes of all agents pass unseen. */
  gatesOff: z.boolean().optional(),
})

export const statusRoutes = {
  health: route({ method: 'GET', path: '/health', role: 'public', summary: 'Health', answer: health }),
  status: route({
    method: 'GET',
    path: '/api/status',
    role: 'observer',
    summary: 'How the engines and services are',
    answer: z.object({
      components: z.record(z.string(), componentStatus),
      models: z.array(z.string()),
    }),
  }),
} as const
