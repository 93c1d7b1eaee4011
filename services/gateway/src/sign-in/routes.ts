import { gatewayRoutes } from '@mosaic/contracts/http'
import { type Clock, err, newId, ok } from '@mosaic/contracts/kernel'
import type { OperatorEvent, OperatorView } from '@mosaic/contracts/operator'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Credentials, cookieOptions, operatorOf, sessionCookie } from './authenticate.ts'
import type { LinkTokens } from './link-tokens.ts'

export type SignInDependencies = Credentials & {
  readonly links: LinkTokens
  readonly eventStore: EventStore
  readonly clock: Clock
  /** Where people reach the console; the request's own Host when not given. */
  readonly publicUrl?: string | undefined
}

export function addSignInRoutes(app: FastifyInstance, dependencies: SignInDependencies): void {
  const { links, sessions, operator } = dependencies

  addRoute(app, gatewayRoutes.createSignInLink, async ({ request }) => {
    // A session must not be able to prolong itself into other browsers.
    if (request.signIn?.by !== 'token') return err({ code: 'FORBIDDEN', message: 'this needs an API token' })
    const { token, expiresAt } = links.create()
    const base = dependencies.publicUrl ?? `${request.protocol}://${request.host}`
    return ok({ url: `${base.replace(/\/$/, '')}/#token=${token}`, expiresAt: expiresAt.toISOString() })
  })

  addRoute(
    app,
    gatewayRoutes.signIn,
    async ({ body, reply }) => {
      const refusal = err({
        code: 'SIGN_IN_LINK_INVALID',
        message: 'this link was used, has expired or never was: ask for a new one with `mosaic status`',
        field: 'token',
      } as const)
      if (!links.isGood(body.token)) return refusal
      // Recorded first: when the event store is down, the link stays good for another try.
      await record(dependencies, operator, {
        type: 'OperatorSignedIn',
        data: { operatorId: operator.operatorId, method: 'link' },
      })
      if (!links.redeem(body.token)) return refusal
      reply.setCookie(sessionCookie, sessions.open(operator), { ...cookieOptions, secure: dependencies.secure })
      return ok(operator)
    },
    { config: { public: true, rateLimit: { max: 10, timeWindow: 60_000 } }, schema: { security: [] } },
  )

  addRoute(app, gatewayRoutes.me, async ({ request }) => ok(operatorOf(request)))

  addRoute(app, gatewayRoutes.signOut, async ({ request, reply }) => {
    const who = operatorOf(request)
    if (request.signIn?.by === 'session') sessions.close(request.signIn.secret)
    reply.clearCookie(sessionCookie, { path: '/' })
    await record(dependencies, who, { type: 'OperatorSignedOut', data: { operatorId: who.operatorId } })
    return ok(null)
  })
}

async function record(
  { eventStore, clock }: SignInDependencies,
  { operatorId, name, workspaceId }: OperatorView,
  event: OperatorEvent,
): Promise<void> {
  await eventStore.append(`operator-${operatorId}`, [event], {
    expectedRevision: 'any',
    context: {
      commandId: newId(),
      workspaceId,
      actor: { kind: 'operator', id: operatorId, name },
      occurredAt: clock.now(),
    },
  })
}
