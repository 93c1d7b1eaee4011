/** Refusals of the task decider. */
export const taskRejections = ['TASK_NOT_FOUND', 'TASK_ENDED'] as const
export type TaskRejection = (typeof taskRejections)[number]
