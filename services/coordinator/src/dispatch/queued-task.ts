import { taskPlan } from '@mosaic/contracts/task'
import { z } from 'zod'

/** What the dispatcher has to know of a task that has not ended. */
export const queuedTask = z.object({
  taskId: z.string(),
  workspaceId: z.string(),
  missionId: z.string(),
  /** The correlation of all that follows from it. */
  correlationId: z.string(),
  status: z.enum(['pending', 'dispatched', 'active']),
  plan: taskPlan,
  /** As it is now. */
  priority: z.number(),
  round: z.number(),
  /** Since when it waits, for this round. */
  since: z.string(),
  notBefore: z.string().nullable(),
})
export type QueuedTask = z.infer<typeof queuedTask>
