import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { addRoute, type Upstream } from '@mosaic/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { senderOf } from '../commands/sender.ts'
import { headersOf } from '../providers/orchestrated.ts'

/** Agents of other makers are on the orchestrator's machine. */
export function addAgentPresetRoutes(app: FastifyInstance, orchestrator: Upstream): void {
  const asking = (request: FastifyRequest, reply: FastifyReply) => ({ headers: headersOf(senderOf(request, reply)) })
  addRoute(app, gatewayRoutes.agentPresets, ({ request, reply }) =>
    orchestrator.call(orchestratorRoutes.agentPresets, asking(request, reply)),
  )
  addRoute(app, gatewayRoutes.installAgentPreset, ({ params, body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.installAgentPreset, { params, body, ...asking(request, reply) }),
  )
  addRoute(app, gatewayRoutes.removeAgentPreset, ({ params, request, reply }) =>
    orchestrator.call(orchestratorRoutes.removeAgentPreset, { params, ...asking(request, reply) }),
  )
}
