import type { Place } from './contract.ts'

/** Where an origin's address leads: to a repository at a host. */
export type Origin = {
  readonly protocol: 'https' | 'ssh'
  /** With its port where that is not the protocol's own. */
  readonly host: string
  readonly path: string
}

const scpLike = /^(?:[^@/]+@)?([\w.-]+):(?!\/\/)(.+)$/

/** `undefined`: it is on this machine. */
export function originOf(repository: string): Origin | undefined {
  if (/^(https|ssh):\/\//i.test(repository)) {
    if (!URL.canParse(repository)) return undefined
    const { protocol, host, pathname } = new URL(repository)
    return { protocol: protocol === 'https:' ? 'https' : 'ssh', host: host.toLowerCase(), path: decoded(pathname) }
  }
  if (repository.startsWith('/') || repository.includes('://')) return undefined
  const [, host, path] = scpLike.exec(repository) ?? []
  return host && path ? { protocol: 'ssh', host: host.toLowerCase(), path } : undefined
}

/** The host that has a repository: over ssh its name alone says so, for the port is another server's. */
export const isAt = (origin: Origin, gitHost: string): boolean =>
  origin.protocol === 'https' ? origin.host === gitHost : nameOf(origin.host) === nameOf(gitHost)

const nameOf = (host: string): string => host.replace(/:\d+$/, '')

/** Owner (of GitLab: all groups) and name. `below`: where the host itself is not at the root of its server. */
export function placeOf({ protocol, path }: Origin, below: string): Place | undefined {
  const prefix = protocol === 'https' && path.startsWith(`${below}/`) ? below : ''
  const parts = path
    .slice(prefix.length)
    .split('/')
    .filter((part) => part !== '')
  const name = parts.pop()?.replace(/\.git$/, '')
  const isSafe = [...parts, name].every((part) => part !== '.' && part !== '..')
  return name && parts.length > 0 && isSafe ? { owner: parts.join('/'), name } : undefined
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
