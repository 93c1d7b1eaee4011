import { createHash } from 'node:crypto'
import { GrpcError, Status } from '../grpc/status.ts'
import { ANONYMOUS, type Principal, SYSTEM, principal } from './principal.ts'
import type { Users } from './users.ts'

/** Finds out from an `authorization` header who calls; throws when the credentials are wrong. */
export type Authenticate = (authorization: string | undefined) => Principal | Promise<Principal>

/** Without authentication everybody may do everything, whatever credentials they send. */
export const insecure: Authenticate = () => SYSTEM

const unauthenticated = () => new GrpcError(Status.UNAUTHENTICATED, 'Wrong user name or password.')

function basicCredentials(header: string): [login: string, password: string] {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header) ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw unauthenticated()
  return [text.slice(0, colon), text.slice(colon + 1)]
}

const MOST_KNOWN = 10_000

/** Basic credentials against the users of the store. Deriving a key is slow on purpose: who was right is remembered. */
export function basicAuthentication(users: Users): Authenticate {
  const known = new Map<string, Principal>()
  users.onChange(() => known.clear())
  return (authorization) => {
    if (authorization === undefined) return ANONYMOUS
    const key = createHash('sha256').update(authorization).digest('base64')
    const before = known.get(key)
    if (before) return before
    return (async () => {
      const [login, password] = basicCredentials(authorization)
      const user = await users.verify(login, password)
      if (!user) throw unauthenticated()
      if (known.size >= MOST_KNOWN) known.clear()
      const found = principal(user.loginName, user.groups)
      known.set(key, found)
      return found
    })()
  }
}
