import { z } from 'zod'
import { taskSource } from '../agent-session/index.ts'
import { actor, position, timestamp, uuid, workspaceId } from '../kernel/index.ts'
import { attemptOutcome, taskPlan, taskPriority, taskStatus } from './vocabulary.ts'

/** One agent's work on a task. */
export const attemptView = z.object({
  sessionId: uuid,
  round: z.int().min(0),
  status: z.enum(['assigned', 'executing', ...attemptOutcome.options]),
  summary: z.string().nullable(),
  chosen: z.boolean(),
})
export type AttemptView = z.infer<typeof attemptView>

export const taskView = z.object({
  taskId: uuid,
  workspaceId,
  missionId: uuid,
  source: taskSource,
  externalKey: z.string().nullable(),
  title: z.string(),
  instructions: z.string(),
  plan: taskPlan.nullable(),
  /** As it is now; `null` for a task that was never in the queue. */
  priority: taskPriority.nullable(),
  status: taskStatus,
  /** Counts the times that it was dispatched. */
  round: z.int().min(0),
  attempts: z.array(attemptView),
  /** Not tried before then. */
  notBefore: timestamp.nullable(),
  /** Why it has not begun, was tried again, or has failed. */
  trouble: z.object({ code: z.string().nullable(), message: z.string(), at: timestamp }).nullable(),
  /** What the agent said at its end. */
  summary: z.string().nullable(),
  createdBy: actor,
  createdAt: timestamp,
  dispatchedAt: timestamp.nullable(),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  revision: z.int(),
})
export type TaskView = z.infer<typeof taskView>

/** The queue in numbers. */
export const queueStats = z.object({
  /** Waiting for their turn; of these those that wait for a moment, or for other tasks. */
  pending: z.int(),
  delayed: z.int(),
  blocked: z.int(),
  /** On their way to a worker, or worked on. */
  dispatched: z.int(),
  active: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Of the task that has been waiting longest though nothing holds it back; `null` where none waits. */
  oldestAgeSeconds: z.number().nullable(),
  paused: z.object({ reason: z.string().nullable(), since: timestamp, by: actor }).nullable(),
  position,
})
export type QueueStats = z.infer<typeof queueStats>
