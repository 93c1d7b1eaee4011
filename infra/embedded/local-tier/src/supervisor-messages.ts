import { z } from 'zod'
import { componentNames } from './component.ts'

const component = z.enum(componentNames)

/** What a supervisor in the background tells the command that started it. */
export const SupervisorMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('starting'), component }),
  z.object({ type: z.literal('healthy'), component, tookMs: z.number() }),
  z.object({ type: z.literal('retrying'), component, reason: z.string() }),
  z.object({
    type: z.literal('pages'),
    status: z.enum(['current', 'building', 'built', 'failed']),
    reason: z.string().optional(),
  }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('in-use') }),
  z.object({ type: z.literal('failed'), component: component.nullable(), reason: z.string() }),
])
export type SupervisorMessage = z.infer<typeof SupervisorMessage>

/** What a start reports while it is under way. */
export type StartProgress = Extract<SupervisorMessage, { type: 'starting' | 'healthy' | 'retrying' | 'pages' }>
