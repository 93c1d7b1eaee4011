import type { AgentProvider } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { mayActAs } from '@mosaic/contracts/operator'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { headersOf } from '../providers/orchestrated.ts'
import { operatorOf } from '../sign-in/authenticate.ts'
import type { Upstream } from '../upstream.ts'
import { senderOf } from './sender.ts'

/** Looking at a repository may take a while over the network. */
const repositoryTimeoutMs = 60_000
/** An origin is asked some times, and may take half a minute for each answer. */
const pushTimeoutMs = 150_000

/** Commands are decided elsewhere; here they only get the name of who asks. */
export function addCommandRoutes(app: FastifyInstance, orchestrator: Upstream, provider: AgentProvider): void {
  addRoute(app, gatewayRoutes.spawn, async ({ body, request, reply }) => {
    if (body.sandbox === 'process' && !isAdmin(request)) return err({ ...withoutSandbox, field: 'sandbox' })
    return orchestrator.call(orchestratorRoutes.spawn, {
      body,
      headers: headersOf(senderOf(request, reply)),
      timeoutMs: repositoryTimeoutMs,
    })
  })
  addRoute(app, gatewayRoutes.allowSecret, ({ params, body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.allowSecret, { params, body, headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.pushWork, ({ params, body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.pushWork, {
      params,
      body,
      headers: headersOf(senderOf(request, reply)),
      timeoutMs: pushTimeoutMs,
    }),
  )
  for (const verb of ['continue', 'retry'] as const) {
    addRoute(app, gatewayRoutes[verb], async ({ params, body, request, reply }) => {
      const earlier = isAdmin(request) ? undefined : await provider.getSession(params.id, operatorOf(request))
      if (earlier && !earlier.ok) return earlier
      if (earlier?.value.sandbox?.kind === 'process') return err(withoutSandbox)
      const headers = headersOf(senderOf(request, reply))
      return orchestrator.call(orchestratorRoutes[verb], { params, body, headers, timeoutMs: repositoryTimeoutMs })
    })
  }
  for (const verb of ['mergeWork', 'pruneWork'] as const) {
    addRoute(app, gatewayRoutes[verb], ({ params, body, request, reply }) => {
      const headers = headersOf(senderOf(request, reply))
      return orchestrator.call(orchestratorRoutes[verb], { params, body, headers, timeoutMs: repositoryTimeoutMs })
    })
  }
  addRoute(app, gatewayRoutes.workLook, ({ params, request, reply }) => {
    const headers = headersOf(senderOf(request, reply))
    return orchestrator.call(orchestratorRoutes.workLook, { params, headers, timeoutMs: repositoryTimeoutMs })
  })
  addRoute(app, gatewayRoutes.workPatch, ({ params, query, request, reply }) => {
    const headers = headersOf(senderOf(request, reply))
    return orchestrator.call(orchestratorRoutes.workPatch, { params, query, headers, timeoutMs: repositoryTimeoutMs })
  })
  addRoute(app, gatewayRoutes.killAll, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.killAll, { body, headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.freeze, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.freeze, { body, headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.unfreeze, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.unfreeze, { body, headers: headersOf(senderOf(request, reply)) }),
  )
  addRoute(app, gatewayRoutes.inspectRepository, ({ query, request, reply }) =>
    orchestrator.call(orchestratorRoutes.inspectRepository, {
      query,
      headers: headersOf(senderOf(request, reply)),
      timeoutMs: repositoryTimeoutMs,
    }),
  )
  addRoute(app, gatewayRoutes.approveSettings, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.approveSettings, {
      body,
      headers: headersOf(senderOf(request, reply)),
      timeoutMs: repositoryTimeoutMs,
    }),
  )
  addRoute(app, gatewayRoutes.inject, ({ params: { id }, body, request, reply }) =>
    provider.injectMessage(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.pause, ({ params: { id }, body, request, reply }) =>
    provider.pause(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.resume, ({ params: { id }, body, request, reply }) =>
    provider.resume(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.retryModelCall, ({ params: { id }, body, request, reply }) =>
    provider.retryModelCall(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.terminate, ({ params: { id }, body, request, reply }) =>
    provider.terminate(id, body, senderOf(request, reply)),
  )
  addRoute(app, gatewayRoutes.kill, ({ params: { id }, body, request, reply }) =>
    provider.kill(id, body, senderOf(request, reply)),
  )
}

const isAdmin = (request: FastifyRequest): boolean => mayActAs(operatorOf(request).role, 'admin')
/** Without a sandbox an agent has the rights of whoever runs Mosaic. */
const withoutSandbox = { code: 'FORBIDDEN', message: 'agents without a sandbox are spawned by admins' } as const
