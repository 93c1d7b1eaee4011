import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute, type Upstream } from '@mosaic/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { senderOf } from '../commands/sender.ts'
import { headersOf } from '../providers/orchestrated.ts'

/** The host is asked up to three times. */
const testTimeoutMs = 70_000

/** The orchestrator has the tokens: here it is only seen to it that an administrator asks. */
export function addCodeHostRoutes(app: FastifyInstance, orchestrator: Upstream): void {
  const asking = (request: FastifyRequest, reply: FastifyReply) => ({ headers: headersOf(senderOf(request, reply)) })
  addRoute(app, gatewayRoutes.codeHosts, ({ request, reply }) =>
    orchestrator.call(orchestratorRoutes.codeHosts, asking(request, reply)),
  )
  addRoute(app, gatewayRoutes.addCodeHost, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.addCodeHost, { body, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.testCodeHost, ({ params, body, request, reply }) => {
    const options = { params, body, timeoutMs: testTimeoutMs, ...asking(request, reply) }
    return orchestrator.call(orchestratorRoutes.testCodeHost, options)
  })
  addRoute(app, gatewayRoutes.removeCodeHost, ({ params, request, reply }) =>
    orchestrator.call(orchestratorRoutes.removeCodeHost, { params, ...asking(request, reply) }),
  )
}
