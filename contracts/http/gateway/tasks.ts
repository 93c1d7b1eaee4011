import { z } from 'zod'
import { position, uuid } from '../../kernel/index.ts'
import {
  addTask,
  cancelTask,
  chooseAttempt,
  comparedAttempt,
  queueStats,
  reorderTask,
  retryTask,
  taskStatus,
  taskView,
} from '../../task/index.ts'
import { pauseQueue, resumeQueue } from '../../queue/index.ts'
import { route } from '../route.ts'
import { after, cursor, limit, page } from '../shapes.ts'

const byId = z.object({ id: uuid })

/** Where a task stands after a command; `changed` is false when it stood there already. */
export const taskAnswer = z.object({ taskId: uuid, changed: z.boolean(), revision: z.int(), position })
export type TaskAnswer = z.infer<typeof taskAnswer>

export const queueAnswer = z.object({ changed: z.boolean(), position })
export type QueueAnswer = z.infer<typeof queueAnswer>

const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  route({
    method: 'POST',
    path: `/api/tasks/:id/${verb}`,
    role: 'operator',
    summary,
    params: byId,
    body,
    answer: taskAnswer,
    status: 202,
  })

/** What a person does with tasks and their queue. The commands stand at the coordinator as well, which decides. */
export const taskCommandRoutes = {
  addTask: route({
    method: 'POST',
    path: '/api/tasks',
    role: 'operator',
    summary: 'Put a task into the queue',
    body: addTask,
    answer: taskAnswer,
    status: 202,
  }),
  reorderTask: command('reorder', 'Move a task within the queue', reorderTask),
  cancelTask: command('cancel', 'End a task, and the agents that work on it', cancelTask),
  retryTask: command('retry', 'Put a failed or cancelled task back into the queue', retryTask),
  chooseAttempt: command('choose', 'Take one of several attempts at a task', chooseAttempt),
  pauseQueue: route({
    method: 'POST',
    path: '/api/queue/pause',
    role: 'operator',
    summary: 'Dispatch nothing any more; what is worked on goes on',
    body: pauseQueue,
    answer: queueAnswer,
    status: 202,
  }),
  resumeQueue: route({
    method: 'POST',
    path: '/api/queue/resume',
    role: 'operator',
    summary: 'Dispatch again',
    body: resumeQueue,
    answer: queueAnswer,
    status: 202,
  }),
} as const

export const taskRoutes = {
  ...taskCommandRoutes,
  tasks: route({
    method: 'GET',
    path: '/api/tasks',
    role: 'observer',
    summary: 'Tasks, newest first',
    query: z.object({
      status: taskStatus.optional(),
      missionId: uuid.optional(),
      /** What somebody else calls it. */
      externalKey: z.string().max(200).optional(),
      /** Looked for in title and instructions, ignoring case. */
      q: z.string().max(200).optional(),
      limit: limit(50, 200),
      ...cursor,
      ...after,
    }),
    answer: page(taskView),
  }),
  task: route({
    method: 'GET',
    path: '/api/tasks/:id',
    role: 'observer',
    summary: 'One task, with its attempts',
    params: byId,
    query: z.object(after),
    answer: taskView,
  }),
  taskAttempts: route({
    method: 'GET',
    path: '/api/tasks/:id/attempts',
    role: 'observer',
    summary: 'The attempts at a task side by side: what gates say of each, what it changes, costs and takes',
    params: byId,
    query: z.object(after),
    answer: z.object({ taskId: uuid, items: z.array(comparedAttempt), position }),
  }),
  queueStats: route({
    method: 'GET',
    path: '/api/queue/stats',
    role: 'observer',
    summary: 'The queue in numbers',
    query: z.object(after),
    answer: queueStats,
  }),
} as const
