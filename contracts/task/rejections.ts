/** Refusals of the task decider, and of tasks that are added. */
export const taskRejections = [
  'TASK_NOT_FOUND',
  'TASK_ENDED',
  /** Only a failed or cancelled task is retried. */
  'TASK_NOT_ENDED',
  /** It is at work already: its place in the queue is behind it. */
  'TASK_NOT_QUEUED',
  /** The attempt is none of this task's, or has not completed. */
  'ATTEMPT_NOT_COMPLETED',
] as const
export type TaskRejection = (typeof taskRejections)[number]
