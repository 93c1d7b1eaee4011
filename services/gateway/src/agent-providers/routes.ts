import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute, type Upstream } from '@mosaic/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { senderOf } from '../commands/sender.ts'
import { headersOf } from '../providers/orchestrated.ts'

/** It may take its time to be connected to, and then to answer. */
const testTimeoutMs = 70_000

/** The orchestrator has the tokens: here it is only seen to it who asks. */
export function addAgentProviderRoutes(app: FastifyInstance, orchestrator: Upstream): void {
  const asking = (request: FastifyRequest, reply: FastifyReply) => ({ headers: headersOf(senderOf(request, reply)) })
  addRoute(app, gatewayRoutes.agentProviders, ({ request, reply }) =>
    orchestrator.call(orchestratorRoutes.agentProviders, asking(request, reply)),
  )
  addRoute(app, gatewayRoutes.addAgentProvider, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.addAgentProvider, { body, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.changeAgentProvider, ({ params, body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.changeAgentProvider, { params, body, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.testAgentProvider, ({ params, body, request, reply }) => {
    const options = { params, body, timeoutMs: testTimeoutMs, ...asking(request, reply) }
    return orchestrator.call(orchestratorRoutes.testAgentProvider, options)
  })
  addRoute(app, gatewayRoutes.removeAgentProvider, ({ params, request, reply }) =>
    orchestrator.call(orchestratorRoutes.removeAgentProvider, { params, ...asking(request, reply) }),
  )
}
