import { streamFamily } from '../kernel/index.ts'

/** `task-{taskId}` */
export const taskStream = streamFamily('task')
