import { z } from 'zod'
import { position, uuid } from '../../kernel/index.ts'
import { mergeQueueView, removeLanding, requestLanding } from '../../merge-queue/index.ts'
import { route } from '../route.ts'
import { after } from '../shapes.ts'

/** Where a branch stands that is to land; `changed` is false when it stood there already. */
export const landingAnswer = z.object({
  queueId: uuid,
  landingId: uuid,
  changed: z.boolean(),
  revision: z.int(),
  position,
})

/** What a person does with merge queues. The commands stand at the coordinator as well, which decides. */
export const mergeQueueCommandRoutes = {
  requestLanding: route({
    method: 'POST',
    path: '/api/merge-queues/land',
    role: 'operator',
    summary: 'Have the branch of an ended session land on its base, after those before it',
    body: requestLanding,
    answer: landingAnswer.extend({ into: z.string() }),
    status: 202,
  }),
  removeLanding: route({
    method: 'POST',
    path: '/api/merge-queues/:id/landings/:landingId/remove',
    role: 'operator',
    summary: 'Take a branch out of a merge queue',
    params: z.object({ id: uuid, landingId: uuid }),
    body: removeLanding,
    answer: landingAnswer,
    status: 202,
  }),
} as const

export const mergeQueueRoutes = {
  ...mergeQueueCommandRoutes,
  mergeQueues: route({
    method: 'GET',
    path: '/api/merge-queues',
    role: 'observer',
    summary: 'Merge queues: what waits to land on which branch, and what has become of the last that did',
    query: z.object({ repository: z.string().max(2000).optional(), ...after }),
    answer: z.object({ items: z.array(mergeQueueView), position }),
  }),
} as const
