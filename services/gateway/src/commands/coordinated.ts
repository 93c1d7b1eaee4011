import { coordinatorRoutes, gatewayRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { addRoute, type Upstream } from '@mosaic/http'
import { findTask, tasksProjection } from '@mosaic/tasks'
import type { FastifyInstance } from 'fastify'
import { headersOf } from '../providers/orchestrated.ts'
import { ask, type ReadModels } from '../queries/read-model.ts'
import { senderOf } from './sender.ts'
import { isAdmin, withoutSandbox } from './without-sandbox.ts'

/** What agents are to be spawned with is looked at first, each repository over the network. */
const checkedTimeoutMs = 120_000

/** Its repository is looked at first. */
const landingTimeoutMs = 90_000

/** Its branch is pushed first, and a host that is away asked again. */
const pullRequestTimeoutMs = 200_000

const steering = [
  'reorderTask',
  'cancelTask',
  'chooseAttempt',
  'pauseQueue',
  'resumeQueue',
  'pauseMission',
  'resumeMission',
  'cancelMission',
  'setBudget',
  'raiseBudget',
  'removeBudget',
  'removeLanding',
] as const

/** Tasks, their queue and missions are decided about by the coordinator; here they only get the name of who asks. */
export function addCoordinatedRoutes(app: FastifyInstance, coordinator: Upstream, models: ReadModels): void {
  for (const name of steering) {
    addRoute(app, gatewayRoutes[name], ({ params, body, request, reply }) =>
      coordinator.call(coordinatorRoutes[name], { params, body, headers: headersOf(senderOf(request, reply)) }),
    )
  }
  addRoute(app, gatewayRoutes.requestLanding, ({ body, request, reply }) => {
    const headers = headersOf(senderOf(request, reply))
    return coordinator.call(coordinatorRoutes.requestLanding, { body, headers, timeoutMs: landingTimeoutMs })
  })
  addRoute(app, gatewayRoutes.requestPullRequest, ({ body, request, reply }) => {
    const headers = headersOf(senderOf(request, reply))
    return coordinator.call(coordinatorRoutes.requestPullRequest, { body, headers, timeoutMs: pullRequestTimeoutMs })
  })
  addRoute(app, gatewayRoutes.retryTask, async ({ params, body, request, reply }) => {
    if (!isAdmin(request)) {
      const tasks = { ...models, projection: tasksProjection.name }
      const task = await ask(tasks, request, (transaction) => findTask(transaction, params.id))
      if (!task.ok) return task
      if (task.value?.plan?.spawn.sandbox === 'process') return err(withoutSandbox)
    }
    const headers = headersOf(senderOf(request, reply))
    return coordinator.call(coordinatorRoutes.retryTask, { params, body, headers })
  })
  addRoute(app, gatewayRoutes.addTask, async ({ body, request, reply }) => {
    if (body.sandbox === 'process' && !isAdmin(request)) return err({ ...withoutSandbox, field: 'sandbox' })
    const headers = headersOf(senderOf(request, reply))
    return coordinator.call(coordinatorRoutes.addTask, { body, headers, timeoutMs: checkedTimeoutMs })
  })
  addRoute(app, gatewayRoutes.createMission, async ({ body, request, reply }) => {
    const bare = body.tasks.findIndex(({ sandbox }) => sandbox === 'process')
    if (bare >= 0 && !isAdmin(request)) return err({ ...withoutSandbox, field: `tasks.${bare}.sandbox` })
    const headers = headersOf(senderOf(request, reply))
    return coordinator.call(coordinatorRoutes.createMission, { body, headers, timeoutMs: checkedTimeoutMs })
  })
}
