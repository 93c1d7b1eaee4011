import { z } from 'zod'
import { agentType, runtimeKind, sandboxKind, terms } from '../agent-session/index.ts'
import { timestamp, uuid } from '../kernel/index.ts'
import { qualityProfile } from '../quality/index.ts'

export const taskStatus = z.enum(['pending', 'dispatched', 'assigned', 'executing', 'completed', 'failed', 'cancelled'])
export type TaskStatus = z.infer<typeof taskStatus>

/** Statuses from which a task comes back only when a person wants it so. */
export const endedTaskStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly TaskStatus[]
export const taskHasEnded = (status: TaskStatus): boolean =>
  (endedTaskStatuses as readonly TaskStatus[]).includes(status)

/** 10 is worked on first. */
export const taskPriority = z.int().min(1).max(10)

/** How the agents of a task are spawned; what is `null` is chosen as for any spawn that leaves it out. */
export const attemptSpec = z.object({
  runtime: runtimeKind,
  repository: z.string().nullable(),
  branch: z.string().nullable(),
  agentType,
  sandbox: sandboxKind.nullable(),
  maxTurns: z.int().min(1).max(1000).nullable(),
  /** What their changes have to pass, and whether they pass unseen. */
  gates: qualityProfile.nullable().default(null),
  yolo: z.boolean().default(false),
  budget: terms.budget,
  network: terms.network,
  skills: terms.skills,
  approvals: terms.approvals,
  labels: terms.labels,
  timeoutSeconds: terms.timeoutSeconds,
})
export type AttemptSpec = z.infer<typeof attemptSpec>

/** What the queue has to know of a task. */
export const taskPlan = z.object({
  spawn: attemptSpec,
  /** One per attempt: so many agents work on it side by side. `null` is the workspace's own model. */
  models: z.array(z.string().nullable()).min(1).max(10),
  priority: taskPriority,
  /** Tasks that have to be completed before. */
  dependsOn: z.array(uuid),
  notBefore: timestamp.nullable(),
  /** How often it is tried again after a failure. */
  maxRetries: z.int().min(0).max(10),
})
export type TaskPlan = z.infer<typeof taskPlan>

/** Why a task waits though its turn has come. */
export const taskHold = z.enum(['NO_WORKER_WITH_LABELS'])

/** What became of one agent's work on a task. */
export const attemptOutcome = z.enum(['completed', 'failed'])
