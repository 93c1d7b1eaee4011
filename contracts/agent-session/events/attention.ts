import { z } from 'zod'
import { event, timestamp } from '../../kernel/index.ts'
import { stuckPolicy, stuckReason } from '../vocabulary.ts'
import { session } from './session.ts'

/** Whether an agent needs a person's attention although it asks for none. */
export const attentionEvents = {
  /** It does not get on, since then. `response`: what was done about it. Told again only when more is done. */
  AgentFoundStuck: event(
    z.object({ ...session, reason: stuckReason, message: z.string(), since: timestamp, response: stuckPolicy }),
  ),
  AgentGotOn: event(z.object(session)),
} as const
