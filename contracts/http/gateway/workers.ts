import { z } from 'zod'
import { position, timestamp, uuid } from '../../kernel/index.ts'
import {
  admitWorker,
  drainWorker,
  issueWorkerToken,
  joinInstance,
  removeWorker,
  returnWorker,
  workerView,
} from '../../worker/index.ts'
import { route } from '../route.ts'

export const workerAnswer = z.object({ workerId: uuid, changed: z.boolean(), position })
const tokenAnswer = workerAnswer.extend({ token: z.string(), expiresAt: timestamp })

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
    answer: tokenAnswer,
    status: 201,
  }),
  issueWorkerToken: route({
    method: 'POST',
    path: '/api/workers/:id/token',
    role: 'admin',
    summary: 'A new token for a worker, told once; the one before ends',
    params: z.object({ id: uuid }),
    body: issueWorkerToken,
    answer: tokenAnswer,
    status: 201,
  }),
  drainWorker: command('drain', 'Have a worker take nothing any more; others go on with its agents', drainWorker),
  returnWorker: command('return', 'Have a drained worker take work again', returnWorker),
  removeWorker: command('remove', 'End a worker for good, and its credential', removeWorker),
  joinInstance: route({
    method: 'POST',
    path: '/api/workers/join',
    role: 'public',
    summary: 'Join as a worker: with a token once, which is exchanged for the credential; then with that alone',
    body: joinInstance,
    /** The environment that its orchestrator needs. */
    answer: workerAnswer.extend({ environment: z.record(z.string(), z.string()) }),
  }),
} as const
