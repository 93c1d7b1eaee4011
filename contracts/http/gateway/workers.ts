import { z } from 'zod'
import { position, uuid } from '../../kernel/index.ts'
import { admitWorker, drainWorker, joinInstance, removeWorker, returnWorker, workerView } from '../../worker/index.ts'
import { route } from '../route.ts'

export const workerAnswer = z.object({ workerId: uuid, changed: z.boolean(), position })

const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  route({
    method: 'POST',
    path: `/api/workers/:id/${verb}`,
    role: 'admin',
    summary,
    params: z.object({ id: uuid }),
    body,
    answer: workerAnswer,
    status: 202,
  })

/** Machines that run agents. The coordinator decides who may. */
export const workerRoutes = {
  workers: route({
    method: 'GET',
    path: '/api/workers',
    role: 'observer',
    summary: 'The machines that run agents, and how they are',
    answer: z.object({ items: z.array(workerView) }),
  }),
  admitWorker: route({
    method: 'POST',
    path: '/api/workers',
    role: 'admin',
    summary: 'Let a machine join; the token is told once',
    body: admitWorker,
    answer: workerAnswer.extend({ token: z.string() }),
    status: 201,
  }),
  drainWorker: command('drain', 'Have a worker take nothing any more; others go on with its agents', drainWorker),
  returnWorker: command('return', 'Have a drained worker take work again', returnWorker),
  removeWorker: command('remove', 'End a worker for good, and its token', removeWorker),
  joinInstance: route({
    method: 'POST',
    path: '/api/workers/join',
    role: 'public',
    summary: 'Join as a worker, with the token of one that is admitted',
    body: joinInstance,
    /** The environment that its orchestrator needs. */
    answer: workerAnswer.extend({ environment: z.record(z.string(), z.string()) }),
  }),
} as const
