import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { type Clock, err, ok } from '@mosaic/contracts/kernel'
import { addRoute, type Upstream } from '@mosaic/http'
import { checkpointOf, schemaOf } from '@mosaic/postgres'
import { findSpent, sessionTreeProjection } from '@mosaic/session-tree'
import { findTask, tasksProjection } from '@mosaic/tasks'
import type { FastifyInstance } from 'fastify'
import { headersOf } from '../../providers/orchestrated.ts'
import { senderOf } from '../../commands/sender.ts'
import { ask, type ReadModels } from '../read-model.ts'
import { compared } from './compare.ts'

/** Where a repository does not answer in that time its attempts are compared without their changes. In milliseconds. */
const lookMs = 30_000

type Deps = ReadModels & { readonly orchestrator: Upstream; readonly clock: Clock }

/** Attempts side by side: by the read models, and by git as it has their branches now. */
export function addAttemptRoutes(app: FastifyInstance, { orchestrator, clock, ...models }: Deps): void {
  const tasks = { ...models, projection: tasksProjection.name }
  const sessions = { ...models, projection: sessionTreeProjection.name }

  addRoute(app, gatewayRoutes.taskAttempts, async ({ params: { id }, request, reply }) => {
    const task = await ask(tasks, request, (transaction) => findTask(transaction, id))
    if (!task.ok) return task
    if (!task.value) return err({ code: 'TASK_NOT_FOUND', message: `there is no task ${id}` })
    const { taskId, attempts } = task.value
    const ids = attempts.map(({ sessionId }) => sessionId)
    const read = await ask(sessions, request, async (transaction) => ({
      position: await checkpointOf(transaction, schemaOf(sessionTreeProjection.name)),
      found: await findSpent(transaction, ids),
    }))
    if (!read.ok) return read
    const { position, found } = read.value
    const headers = headersOf(senderOf(request, reply))
    const look = (sessionId: string) =>
      orchestrator.call(orchestratorRoutes.workLook, {
        params: { id: sessionId },
        query: {},
        headers,
        timeoutMs: lookMs,
      })
    const now = clock.now()
    const items = await Promise.all(
      attempts.map(async (attempt) => {
        const session = found.get(attempt.sessionId)
        const looked = session && session.session.commits > 0 ? await look(attempt.sessionId) : undefined
        return compared(attempt, session, { looked, now })
      }),
    )
    return ok({ taskId, items, position })
  })
}
