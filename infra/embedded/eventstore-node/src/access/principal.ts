/** Who a call is made for. */
export interface Principal {
  readonly name: string
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

export const isAdmin = ({ roles }: Principal): boolean => roles.has(ADMINS)
