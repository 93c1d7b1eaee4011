import { existsSync } from 'node:fs'
import type { AgentUser } from './agent-user.ts'

/** How a sandbox is started: bwrap with what comes before it, and where that finds the paths that it shows inside. */
export type Launch = { readonly program: readonly string[]; readonly sourceOf: (path: string) => string }

/** Folders that every system has and no system needs. */
const stagingPlaces = ['/mnt', '/media', '/srv']

/**
 * Run by root a sandbox is started as another user, who can reach none of root's folders: in a mount namespace of its
 * own, which bwrap makes too, the paths are brought together at one place first, so that no folder on the way has to be
 * opened to anybody.
 * @throws when every staging place is the home of one of the paths
 */
export function launchAs(bwrap: string, user: AgentUser | undefined, paths: readonly string[]): Launch {
  if (!user) return { program: [bwrap], sourceOf: (path) => path }
  const staged = [bwrap, ...paths]
  const isFree = (place: string) => existsSync(place) && !staged.some((path) => `${path}/`.startsWith(`${place}/`))
  const staging = stagingPlaces.find(isFree)
  if (!staging) throw new Error(`none of ${stagingPlaces.join(', ')} is free`)
  const sourceOf = (path: string) => `${staging}/${staged.indexOf(path)}`
  const binds = staged.flatMap((path) => ['--bind', path, sourceOf(path)])
  const together = ['--cap-add', 'ALL', '--dev-bind', '/', '/', '--tmpfs', staging, ...binds, '--remount-ro', staging]
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs']
  return { program: [bwrap, ...together, 'setpriv', ...identity, sourceOf(bwrap)], sourceOf }
}
