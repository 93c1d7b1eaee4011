import { z } from 'zod'
import { position, timestamp, workspaceId } from '../kernel/index.ts'
import { role } from './role.ts'

export const operatorView = z.object({ operatorId: z.string(), name: z.string(), workspaceId, role })
export type OperatorView = z.infer<typeof operatorView>

/** One operator action: an event whose actor is an operator. `eventId` and `position` link back to the log. */
export const auditEntry = z.object({
  eventId: z.string(),
  position,
  occurredAt: timestamp,
  operatorId: z.string(),
  operatorName: z.string(),
  /** The event's type. */
  action: z.string(),
  streamId: z.string(),
  revision: z.int(),
  sessionId: z.string().nullable(),
  sessionName: z.string().nullable(),
  /** One line of what was said or asked for. */
  preview: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntry>
