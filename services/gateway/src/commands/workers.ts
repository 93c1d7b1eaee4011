import { coordinatorRoutes, gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute, type Upstream } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { headersOf } from '../providers/orchestrated.ts'
import { senderOf } from './sender.ts'

const steering = ['drainWorker', 'returnWorker', 'removeWorker'] as const

type Upstreams = { readonly coordinator: Upstream; readonly orchestrator: Upstream }

/** Who may run agents is decided by the coordinator; what a machine needs for it the instance's orchestrator knows. */
export function addWorkerRoutes(app: FastifyInstance, { coordinator, orchestrator }: Upstreams): void {
  for (const name of steering) {
    addRoute(app, gatewayRoutes[name], ({ params, body, request, reply }) =>
      coordinator.call(coordinatorRoutes[name], { params, body, headers: headersOf(senderOf(request, reply)) }),
    )
  }
  addRoute(app, gatewayRoutes.workers, ({ request, reply }) =>
    coordinator.call(coordinatorRoutes.workers, { headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.admitWorker, ({ body, request, reply }) =>
    coordinator.call(coordinatorRoutes.admitWorker, { body, headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.issueWorkerToken, ({ params, body, request, reply }) =>
    coordinator.call(coordinatorRoutes.issueWorkerToken, {
      params,
      body,
      headers: headersOf(senderOf(request, reply)),
    }),
  )
  addRoute(app, gatewayRoutes.joinInstance, async ({ body }) => {
    const joined = await coordinator.call(coordinatorRoutes.joinInstance, { body })
    if (!joined.ok) return joined
    const settings = await orchestrator.call(orchestratorRoutes.workerSettings, {})
    return settings.ok ? ok({ ...joined.value, environment: settings.value.environment }) : settings
  })
}
