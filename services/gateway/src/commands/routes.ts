import { randomUUID } from 'node:crypto'
import { actorHeaders, gatewayRoutes, orchestratorRoutes, type Route } from '@mosaic/contracts/http'
import { uuid } from '@mosaic/contracts/kernel'
import { addRoute, RejectedError } from '@mosaic/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'
import type { Upstream } from '../upstream.ts'

/** Looking at a repository's branches may take a while over the network. */
const spawnTimeoutMs = 60_000

/** Commands are decided by the orchestrator; here they only get the name of who asks. */
export function addCommandRoutes(app: FastifyInstance, orchestrator: Upstream): void {
  addRoute(app, gatewayRoutes.spawn, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.spawn, {
      body,
      headers: headersOf(request, reply),
      timeoutMs: spawnTimeoutMs,
    }),
  )
  addRoute(app, gatewayRoutes.killAll, ({ body, request, reply }) =>
    orchestrator.call(orchestratorRoutes.killAll, { body, headers: headersOf(request, reply) }),
  )
  for (const verb of ['inject', 'pause', 'resume', 'terminate', 'kill'] as const) {
    const definition: SessionCommand = gatewayRoutes[verb]
    addRoute(app, definition, ({ params, body, request, reply }) =>
      orchestrator.call(orchestratorRoutes[verb], { params, body, headers: headersOf(request, reply) }),
    )
  }
}

/** What the five commands on one session have in common. */
type SessionCommand = Omit<(typeof gatewayRoutes)['pause'], 'body'> & { readonly body: NonNullable<Route['body']> }

function headersOf(request: FastifyRequest, reply: FastifyReply): Record<string, string> {
  const { operatorId, name, workspaceId } = operatorOf(request)
  const key = idempotencyKeyOf(request)
  // So that a client that lost the answer can send the very same command again.
  reply.header(actorHeaders.idempotencyKey, key)
  const traceparent = request.headers[actorHeaders.traceparent]
  return {
    [actorHeaders.operatorId]: operatorId,
    [actorHeaders.operatorName]: encodeURIComponent(name),
    [actorHeaders.workspaceId]: workspaceId,
    [actorHeaders.idempotencyKey]: key,
    ...(typeof traceparent === 'string' && { [actorHeaders.traceparent]: traceparent }),
  }
}

function idempotencyKeyOf(request: FastifyRequest): string {
  const given = request.headers[actorHeaders.idempotencyKey]
  if (given === undefined) return randomUUID()
  const parsed = uuid.safeParse(given)
  if (parsed.success) return parsed.data
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: `${actorHeaders.idempotencyKey}: expected a UUID in lower case`,
    field: actorHeaders.idempotencyKey,
  })
}
