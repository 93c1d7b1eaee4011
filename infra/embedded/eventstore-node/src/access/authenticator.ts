import { createHash } from 'node:crypto'
import { GrpcError, Status } from '../grpc/status.ts'
import { ANONYMOUS, type Principal, SYSTEM, principal } from './principal.ts'
import type { Users } from './users.ts'

/** Finds out from an `authorization` header who calls; throws when the credentials are wrong. */
export type Authenticate = (authorization: string | undefined) => Principal | Promise<Principal>

/** Without authentication everybody may do everything, whatever credentials they send. */
export const insecure: Authenticate = () => SYSTEM

const unauthenticated = () => new GrpcError(Status.UNAUTHENTICATED, 'Unauthenticated')
/** The real server stumbles over credentials that are no base64. */
const undecodable = () => new GrpcError(Status.UNKNOWN, 'The credentials are not base64.')

const BASE64 = /^(?:[\d+/A-Za-z]{4})*(?:[\d+/A-Za-z]{2}==|[\d+/A-Za-z]{3}=)?$/

/** The credentials of a header; undefined when it speaks of something else, or names no password. */
function basicCredentials(header: string): [login: string, password: string] | undefined {
  const [, encoded] = /^Basic +(.*?) *$/.exec(header) ?? []
  if (encoded === undefined) return undefined
  if (!BASE64.test(encoded)) throw undecodable()
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

const MOST_KNOWN = 10_000

/**
 * Basic credentials (RFC 7617) against the users of the store; whoever sends none is anonymous. Deriving a key is
 * slow on purpose: who was right is remembered.
 */
export function basicAuthentication(users: Users): Authenticate {
  const known = new Map<string, Principal>()
  let changes = 0
  users.onChange(() => {
    changes++
    known.clear()
  })
  const verify = async (key: string, login: string, password: string) => {
    const before = changes
    const user = await users.verify(login, password)
    if (!user) throw unauthenticated()
    if (known.size >= MOST_KNOWN) known.clear()
    const found = principal(user.loginName, user.groups)
    // While the key was derived the user may have become another.
    if (before === changes) known.set(key, found)
    return found
  }
  return (authorization) => {
    if (authorization === undefined) return ANONYMOUS
    const key = createHash('sha256').update(authorization).digest('base64')
    const before = known.get(key)
    if (before) return before
    const credentials = basicCredentials(authorization)
    return credentials ? verify(key, ...credentials) : ANONYMOUS
  }
}
