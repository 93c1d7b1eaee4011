import { gatewayRoutes } from '@mosaic/contracts/http'
import { type Clock, err, newId, ok } from '@mosaic/contracts/kernel'
import { type OperatorEvent, operatorStream, type OperatorView, type Role } from '@mosaic/contracts/operator'
import type { EventStore } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Credentials, cookieOptions, operatorOf, tooMany } from './authenticate.ts'
import { guestsOf } from './guests.ts'
import type { LinkTokens } from './link-tokens.ts'

export type SignInDependencies = Credentials & {
  readonly links: LinkTokens
  readonly eventStore: EventStore
  readonly clock: Clock
  /** Whom a link signs in that names nobody else. */
  readonly operator: OperatorView
  /** Where people reach the console; the request's own Host when not given. */
  readonly publicUrl?: string | undefined
}

export function addSignInRoutes(app: FastifyInstance, dependencies: SignInDependencies): void {
  const { links, sessions, sessionCookie, failures } = dependencies

  addRoute(app, gatewayRoutes.createSignInLink, async ({ body, request }) => {
    // A session must not be able to prolong itself into other browsers.
    if (request.signIn?.by !== 'token') return err({ code: 'FORBIDDEN', message: 'this needs an API token' })
    const { token, expiresAt } = links.create(invited(body, dependencies.operator))
    const base = dependencies.publicUrl ?? `${request.protocol}://${request.host}`
    return ok({ url: `${base.replace(/\/$/, '')}/#token=${token}`, expiresAt: expiresAt.toISOString() })
  })

  addRoute(app, gatewayRoutes.signIn, async ({ body, request, reply }) => {
    const refusal = err({
      code: 'SIGN_IN_LINK_INVALID',
      message: 'this link was used, has expired or never was: ask for a new one with `mosaic link`',
      field: 'token',
    } as const)
    const operator = links.operatorOf(body.token)
    if (!operator) {
      const retryAfterSeconds = failures.note({ address: request.ip, kind: 'link' })
      return retryAfterSeconds > 0 ? err(tooMany(retryAfterSeconds)) : refusal
    }
    // Recorded first: when the event store is down, the link stays good for another try.
    await record(dependencies, operator, {
      type: 'OperatorSignedIn',
      data: { operatorId: operator.operatorId, method: 'link', role: operator.role },
    })
    if (!links.redeem(body.token)) return refusal
    reply.setCookie(sessionCookie, sessions.open(operator), { ...cookieOptions, secure: dependencies.secure })
    return ok(operator)
  })

  addRoute(app, gatewayRoutes.me, async ({ request }) => ok(operatorOf(request)))

  addRoute(app, gatewayRoutes.guests, async () => ok({ items: guestsOf(dependencies) }))

  addRoute(app, gatewayRoutes.revokeGuest, async ({ params, request }) => {
    const guest = guestsOf(dependencies).find(({ operatorId }) => operatorId === params.operatorId)
    if (!guest) return err({ code: 'GUEST_NOT_FOUND', message: 'there is no such guest', field: 'operatorId' })
    // First of all: nothing stands between a person and closing a door.
    links.revoke(guest.operatorId)
    sessions.closeAll(guest.operatorId)
    await record(
      dependencies,
      { ...dependencies.operator, operatorId: guest.operatorId, name: guest.name },
      { type: 'OperatorSignedOut', data: { operatorId: guest.operatorId } },
      operatorOf(request),
    )
    return ok(null)
  })

  addRoute(app, gatewayRoutes.signOut, async ({ request, reply }) => {
    const who = operatorOf(request)
    if (request.signIn?.by === 'session') sessions.close(request.signIn.secret)
    reply.clearCookie(sessionCookie, { path: '/' })
    await record(dependencies, who, { type: 'OperatorSignedOut', data: { operatorId: who.operatorId } })
    return ok(null)
  })
}

/** The local operator, or a guest: an operator of its own, so that the log tells apart who did what. */
function invited({ role, name }: { role: Role; name?: string | undefined }, local: OperatorView): OperatorView {
  if (role === local.role && name === undefined) return local
  return { operatorId: `guest-${newId()}`, name: name ?? `Guest (${role})`, workspaceId: local.workspaceId, role }
}

async function record(
  { eventStore, clock }: SignInDependencies,
  { operatorId, name, workspaceId }: OperatorView,
  event: OperatorEvent,
  by: Pick<OperatorView, 'operatorId' | 'name'> = { operatorId, name },
): Promise<void> {
  await eventStore.append(operatorStream.of(operatorId), [event], {
    expectedRevision: 'any',
    context: {
      commandId: newId(),
      workspaceId,
      actor: { kind: 'operator', id: by.operatorId, name: by.name },
      occurredAt: clock.now(),
    },
  })
}
