import { z } from 'zod'
import { uuid, workspaceId } from '../kernel/index.ts'

/**
 * What goes through the work queue: that this attempt of a task may begin. It only points: what there is to do is read
 * from the log, and whether a worker may begin it is decided there.
 */
export const workItem = z.object({
  taskId: uuid,
  workspaceId,
  round: z.int().min(1),
  /** Which of several attempts, from 0. */
  slot: z.int().min(0),
  /** What a worker must have to begin it. */
  labels: z.array(z.string()).default([]),
})
export type WorkItem = z.infer<typeof workItem>
