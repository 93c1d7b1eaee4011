import { createHash } from 'node:crypto'
import { actorHeaders, type RejectionCode, type Route } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { mayActAs, type OperatorView } from '@mosaic/contracts/operator'
import { isBearer, RejectedError } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiToken } from './api-token.ts'
import type { FailedAttempts } from './failed-attempts.ts'
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

/**
 * Cookies belong to a host, whatever the port: the name tells instances apart, so that a sign-in to one is no sign-out
 * of another.
 */
export const sessionCookieOf = (instanceId: string): string =>
  `mosaic_session_${createHash('sha256').update(instanceId).digest('hex').slice(0, 12)}`

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
  /** The name of the cookie that sessions travel in. */
  readonly sessionCookie: string
  readonly failures: FailedAttempts
  /** What other services of the instance bring, for the few routes that are theirs. */
  readonly serviceToken: string
  /** People come over TLS (a reverse proxy's): the cookie must not travel without it. */
  readonly secure: boolean
}

/** Asks everyone who they are, and whether that may call the route, before anything else is looked at. */
export function authenticate(app: FastifyInstance, credentials: Credentials): void {
  app.decorateRequest('signIn', null)
  app.addHook('onRequest', async (request, reply) => {
    request.signIn = signInOf(request, credentials) ?? null
    if (isService(request, credentials)) return
    refuseGuessing(request, credentials)
    admit(request)
    // The cookie slides along with the session that it names; never on what anybody may have, and caches may keep.
    if (request.signIn?.by === 'session' && neededRole(request) !== 'public') {
      reply.setCookie(credentials.sessionCookie, request.signIn.secret, {
        ...cookieOptions,
        secure: credentials.secure,
      })
    }
  })
}

const isService = (request: FastifyRequest, { serviceToken }: Credentials): boolean =>
  neededRole(request) === 'service' && isBearer(request.headers.authorization, serviceToken)

/** Wrong tokens without end are turned away; a right one never is. */
function refuseGuessing(request: FastifyRequest, { failures }: Credentials): void {
  if (request.signIn || request.headers.authorization === undefined || neededRole(request) === 'public') return
  const retryAfterSeconds = failures.note({ address: request.ip, kind: 'token' })
  if (retryAfterSeconds > 0) refuse(tooMany(retryAfterSeconds))
}

export const tooMany = (retryAfterSeconds: number): Rejection<RejectionCode> => ({
  code: 'RATE_LIMITED',
  message: 'too many wrong credentials came from there; try again later',
  details: { retryAfterSeconds },
})

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

/** What long-lived streams know of the sign-in of who opened them. */
export type SignInWatch = {
  /** Asked from time to time: a session may run out. */
  isSignedIn(request: FastifyRequest): boolean
  /** Calls back the moment that somebody ends it. Answers how to stop that. */
  onSignedOut(request: FastifyRequest, listener: () => void): () => void
}

export const watchSignIns = (credentials: Credentials): SignInWatch => ({
  isSignedIn: (request) => signInOf(request, credentials) !== undefined,
  onSignedOut: ({ signIn }, listener) =>
    signIn?.by === 'session' ? credentials.sessions.onClosed(signIn.secret, listener) : () => undefined,
})

export function signInOf(request: FastifyRequest, credentials: Credentials): SignIn | undefined {
  const bearer = /^Bearer ([\w.~+/=-]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1]
  // A token that is wrong is refused, not made up for by a cookie that came along.
  if (request.headers.authorization !== undefined) {
    const known = bearer && credentials.tokens.find(({ token }) => token.matches(bearer))
    return known ? { by: 'token', operator: known.operator } : undefined
  }
  const secret = isOwnPage(request) ? request.cookies[credentials.sessionCookie] : undefined
  const operator = secret ? credentials.sessions.find(secret) : undefined
  return secret && operator ? { by: 'session', operator, secret } : undefined
}

/**
 * Whether a cookie may speak for who sent the request. Browsers send it along for whatever page of this host, on any
 * port, so that what such a page asks for is left without it (W3C Fetch Metadata): only the console's own requests, and
 * links that somebody follows, count. Programs send no such headers.
 */
function isOwnPage({ method, headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return true
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
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
