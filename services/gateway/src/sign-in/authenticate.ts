import { actorHeaders, type RejectionCode, type Route } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { mayActAs, type OperatorView } from '@mosaic/contracts/operator'
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
}

export const sessionCookie = 'mosaic_session'
export const cookieOptions = {
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
  maxAge: sessionLifetimeMs / 1000,
} as const

export type Credentials = {
  /** Tokens of programs, and whom they stand for. */
  readonly tokens: readonly { readonly token: ApiToken; readonly operator: OperatorView }[]
  readonly sessions: Sessions
  /** People come over TLS (a reverse proxy's): the cookie must not travel without it. */
  readonly secure: boolean
}

/** Asks everyone who they are, and whether that may call the route, before anything else is looked at. */
export function authenticate(app: FastifyInstance, credentials: Credentials): void {
  app.decorateRequest('signIn', null)
  app.addHook('onRequest', async (request, reply) => {
    request.signIn = signInOf(request, credentials) ?? null
    admit(request)
    // The cookie slides along with the session that it names; never on what anybody may have, and caches may keep.
    if (request.signIn?.by === 'session' && neededRole(request) !== 'public') {
      reply.setCookie(sessionCookie, request.signIn.secret, { ...cookieOptions, secure: credentials.secure })
    }
  })
}

/** The one place where a role decides. */
function admit(request: FastifyRequest): void {
  const needed = neededRole(request)
  if (needed === 'public') return
  const { operator } = request.signIn ?? refuse({ code: 'UNAUTHENTICATED', message: 'sign in first' })
  refuseOtherWorkspace(request, operator)
  if (needed !== 'service' && mayActAs(operator.role, needed)) return
  refuse({ code: 'FORBIDDEN', message: `this needs the role ${needed}, and you are signed in as ${operator.role}` })
}

/** A route that names no role is the administrators' alone; that an address is none is told to whoever is signed in. */
const neededRole = ({ is404, routeOptions }: FastifyRequest): Route['role'] =>
  is404 ? 'observer' : (routeOptions.config.role ?? 'admin')

function refuse(rejection: Rejection<RejectionCode>): never {
  throw new RejectedError(rejection)
}

/** The signed-in operator of a route that needs one. */
export function operatorOf(request: FastifyRequest): OperatorView {
  return (request.signIn ?? refuse({ code: 'UNAUTHENTICATED', message: 'sign in first' })).operator
}

/** Whether the sender of a request is still signed in: what long-lived streams ask from time to time. */
export type SignInCheck = (request: FastifyRequest) => boolean

export function signInOf(request: FastifyRequest, credentials: Credentials): SignIn | undefined {
  const bearer = /^Bearer ([\w.~+/=-]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1]
  // A token that is wrong is refused, not made up for by a cookie that came along.
  if (request.headers.authorization !== undefined) {
    const known = bearer && credentials.tokens.find(({ token }) => token.matches(bearer))
    return known ? { by: 'token', operator: known.operator } : undefined
  }
  const secret = request.cookies[sessionCookie]
  const operator = secret ? credentials.sessions.find(secret) : undefined
  return secret && operator ? { by: 'session', operator, secret } : undefined
}

/** A client may say which workspace it means; it gets that one or nothing. */
function refuseOtherWorkspace(request: FastifyRequest, { workspaceId }: OperatorView): void {
  const named = request.headers[actorHeaders.workspaceId]
  if (named === undefined || named === workspaceId) return
  refuse({
    code: 'WRONG_WORKSPACE',
    message: 'you are not signed in to this workspace',
    field: actorHeaders.workspaceId,
  })
}
