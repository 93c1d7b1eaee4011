import { actorHeaders, gatewayRoutes } from '@mosaic/contracts/http'
import type { OperatorView } from '@mosaic/contracts/operator'
import { RejectedError } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiToken } from './api-token.ts'
import { type Sessions, sessionLifetimeMs } from './sessions.ts'

/** How the request's sender proved who it is. */
export type SignIn = { readonly operator: OperatorView } & (
  | { readonly by: 'token' }
  | { readonly by: 'session'; readonly secret: string }
)

declare module 'fastify' {
  interface FastifyRequest {
    signIn: SignIn | null
  }
  interface FastifyContextConfig {
    /** Works without a sign-in. Every other route does not. */
    public?: boolean
  }
}

export const sessionCookie = 'mosaic_session'
export const cookieOptions = {
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
  maxAge: sessionLifetimeMs / 1000,
} as const

export type Credentials = {
  readonly apiToken: ApiToken
  readonly sessions: Sessions
  readonly operator: OperatorView
  /** People come over TLS (a reverse proxy's): the cookie must not travel without it. */
  readonly secure: boolean
}

/** Asks everyone who they are before anything else is looked at; routes without a sign-in say so in their config. */
export function authenticate(app: FastifyInstance, credentials: Credentials): void {
  app.decorateRequest('signIn', null)
  app.addHook('onRequest', async (request, reply) => {
    request.signIn = signInOf(request, credentials) ?? null
    if (request.routeOptions.config.public || request.routeOptions.url === gatewayRoutes.health.path) return
    if (!request.signIn) throw new RejectedError({ code: 'UNAUTHENTICATED', message: 'sign in first' })
    refuseOtherWorkspace(request, request.signIn.operator)
    // The cookie slides along with the session that it names.
    if (request.signIn.by === 'session') {
      reply.setCookie(sessionCookie, request.signIn.secret, { ...cookieOptions, secure: credentials.secure })
    }
  })
}

/** The signed-in operator of a route that needs one. */
export function operatorOf(request: FastifyRequest): OperatorView {
  if (!request.signIn) throw new RejectedError({ code: 'UNAUTHENTICATED', message: 'sign in first' })
  return request.signIn.operator
}

/** Whether the sender of a request is still signed in: what long-lived streams ask from time to time. */
export type SignInCheck = (request: FastifyRequest) => boolean

export function signInOf(request: FastifyRequest, credentials: Credentials): SignIn | undefined {
  const bearer = /^Bearer ([\w.~+/=-]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1]
  // A token that is wrong is refused, not made up for by a cookie that came along.
  if (request.headers.authorization !== undefined) {
    return bearer && credentials.apiToken.matches(bearer) ? { by: 'token', operator: credentials.operator } : undefined
  }
  const secret = request.cookies[sessionCookie]
  const operator = secret ? credentials.sessions.find(secret) : undefined
  return secret && operator ? { by: 'session', operator, secret } : undefined
}

/** A client may say which workspace it means; it gets that one or nothing. */
function refuseOtherWorkspace(request: FastifyRequest, { workspaceId }: OperatorView): void {
  const named = request.headers[actorHeaders.workspaceId]
  if (named === undefined || named === workspaceId) return
  throw new RejectedError({
    code: 'WRONG_WORKSPACE',
    message: 'you are not signed in to this workspace',
    field: actorHeaders.workspaceId,
  })
}
