import { z } from 'zod'
import { event, timestamp } from '../../kernel/index.ts'
import { stuckPolicy, stuckReason } from '../vocabulary.ts'
import { session } from './session.ts'

/** Whether an agent needs a person's attention although it asks for none, and whether it is known how it stands. */
export const attentionEvents = {
  /** It does not get on, since then. `response`: what was done about it. Told again only when more is done. */
  AgentFoundStuck: event(
    z.object({ ...session, reason: stuckReason, message: z.string(), since: timestamp, response: stuckPolicy }),
  ),
  AgentGotOn: event(z.object(session)),
  /** Where it runs cannot be spoken with since then: what is known of it is how it stood before. */
  AgentContactLost: event(z.object({ ...session, since: timestamp, message: z.string() })),
  AgentContactRestored: event(z.object(session)),
} as const
