import { coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import type { TaskCommand } from '../domain/task/task.ts'
import { spreadOf } from '../spread.ts'
import { knownTask } from './known-task.ts'

/** What people do with a task that is there, and what workers say of it. */
export function steerTaskRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.reorderTask, ({ params, body, request }) =>
    steer(deps, { taskId: params.id, request, command: { type: 'ReprioritiseTask', ...body } }),
  )
  addRoute(app, coordinatorRoutes.cancelTask, ({ params, body: { reason = null }, request }) =>
    steer(deps, { taskId: params.id, request, command: { type: 'CancelTask', reason } }),
  )
  addRoute(app, coordinatorRoutes.retryTask, ({ params, request }) =>
    steer(deps, { taskId: params.id, request, command: { type: 'RetryTask' } }),
  )
  addRoute(app, coordinatorRoutes.chooseAttempt, ({ params, body, request }) =>
    steer(deps, { taskId: params.id, request, command: { type: 'ChooseAttempt', ...body } }),
  )
  addRoute(app, coordinatorRoutes.refuseDispatch, ({ params, body, request }) => {
    const command = { type: 'RefuseDispatch', ...body, at: deps.clock.now(), spread: spreadOf(newId()) } as const
    return steer(deps, { taskId: params.id, request, command })
  })
}

type Steering = { readonly taskId: string; readonly request: FastifyRequest; readonly command: TaskCommand }
type Steered = { taskId: string; changed: boolean; revision: number; position: string }

async function steer(
  deps: FeatureDeps,
  { taskId, request, command }: Steering,
): Promise<Result<Steered, Rejection<RejectionCode>>> {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const task = await knownTask(deps, taskId, caller.value.workspaceId)
  if (!task.ok) return task
  const context = { correlationId: task.value.missionId, ...caller.value }
  const done = await inTime(deps.commands.task(taskId, command, context))
  if (!done.ok) return done
  const { events, revision, position } = done.value
  return ok({ taskId, changed: events.length > 0, revision, position })
}
