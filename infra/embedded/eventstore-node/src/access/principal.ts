/** Who a call is made for. */
export interface Principal {
  readonly name: string
  /** Names that an access control list may hold: the login, the groups, and {@link ALL_USERS}. */
  readonly roles: ReadonlySet<string>
}

export const ADMINS = '$admins'
export const OPS = '$ops'
/** The role that everybody who signed in has. */
export const ALL_USERS = '$all'

export const principal = (name: string, groups: readonly string[] = []): Principal => ({
  name,
  roles: new Set([name, ALL_USERS, ...groups]),
})

/** Who everybody is on a node without authentication. */
export const SYSTEM: Principal = principal('system', [ADMINS])
/** Who sends no credentials to a node that wants them. */
export const ANONYMOUS: Principal = { name: 'anonymous', roles: new Set() }

export const isSignedIn = ({ roles }: Principal): boolean => roles.has(ALL_USERS)
/** The user `admin` stays one without the group, as in EventStoreDB; so does `ops` below. */
export const isAdmin = ({ name, roles }: Principal): boolean => roles.has(ADMINS) || name === 'admin'
export const isOperator = (caller: Principal): boolean =>
  isAdmin(caller) || caller.roles.has(OPS) || caller.name === 'ops'
