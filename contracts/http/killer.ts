import { strike, strikeAnswer } from '../fleet/index.ts'
import { route } from './route.ts'

/** What a worker's killer does: one thing. */
export const killerRoutes = {
  strike: route({
    method: 'POST',
    path: '/strike',
    role: 'service',
    summary: 'End what is meant, unless the orchestrator has it in hand',
    body: strike,
    answer: strikeAnswer,
  }),
} as const
