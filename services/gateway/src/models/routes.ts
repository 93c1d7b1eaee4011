import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { senderOf } from '../commands/sender.ts'
import { headersOf } from '../providers/orchestrated.ts'
import type { Upstream } from '@mosaic/http'

/** A model may take its time for the first word. */
const testTimeoutMs = 60_000

/** The orchestrator has the keys: here it is only seen to it that an administrator asks. */
export function addModelRoutes(app: FastifyInstance, orchestrator: Upstream): void {
  const asking = (request: FastifyRequest, reply: FastifyReply) => ({ headers: headersOf(senderOf(request, reply)) })
  addRoute(app, gatewayRoutes.modelProviders, ({ request, reply }) =>
    orchestrator.call(orchestratorRoutes.modelProviders, asking(request, reply)),
  )
  addRoute(app, gatewayRoutes.addModelProvider, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.addModelProvider, { body, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.testModelProvider, ({ params, body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.testModelProvider, {
      params,
      body,
      timeoutMs: testTimeoutMs,
      ...asking(request, reply),
    }),
  )
  addRoute(app, gatewayRoutes.removeModelProvider, ({ params, request, reply }) =>
    orchestrator.call(orchestratorRoutes.removeModelProvider, { params, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.rotateMasterKey, ({ request, reply }) =>
    orchestrator.call(orchestratorRoutes.rotateMasterKey, asking(request, reply)),
  )
}
