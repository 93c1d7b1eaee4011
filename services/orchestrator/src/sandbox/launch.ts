import { existsSync } from 'node:fs'
import type { AgentUser } from './agent-user.ts'

/** How a sandbox is started: what comes before its command, and where that finds the paths that it shows inside. */
export type Launch = { readonly prefix: readonly string[]; readonly sourceOf: (path: string) => string }

/** Folders that every system has and no system needs. */
const stagingPlaces = ['/mnt', '/media', '/srv']

/**
 * Run by root a sandbox is started as another user, who can reach none of root's folders: in a mount namespace of its
 * own the paths are brought together at one place first, so that no folder on the way has to be opened to anybody.
 * @throws when every staging place is the home of one of the paths
 */
export function launchAs(user: AgentUser | undefined, paths: readonly string[]): Launch {
  if (!user) return { prefix: [], sourceOf: (path) => path }
  const isFree = (place: string) => existsSync(place) && !paths.some((path) => `${path}/`.startsWith(`${place}/`))
  const staging = stagingPlaces.find(isFree)
  if (!staging) throw new Error(`none of ${stagingPlaces.join(', ')} is free`)
  return {
    prefix: [
      'unshare',
      '--mount',
      'sh',
      '-c',
      script,
      'sh',
      staging,
      String(user.uid),
      String(user.gid),
      mountTable(paths, staging),
      ...paths,
      '--',
    ],
    sourceOf: (path) => `${staging}/${paths.indexOf(path)}`,
  }
}

/** As mount(8) reads it, so that one process mounts all of them. What is no plain character goes in as octal bytes. */
export const mountTable = (paths: readonly string[], staging: string): string =>
  paths.map((path, index) => `${octal(path)} ${staging}/${index} none bind`).join('\n')

const octal = (path: string) =>
  path.replaceAll(/[^\w./-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  )

/** Its arguments: the staging place, user and group, the table of mounts, the paths, the command. */
const script = `
place=$1 uid=$2 gid=$3 table=$4 n=0 folders=; shift 4
mount -t tmpfs -o mode=0711,size=64k,nosuid,nodev mosaic "$place" || exit
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then folders="$folders $place/$n"; else : >"$place/$n"; fi
  n=$((n + 1)); shift
done
shift
[ -z "$folders" ] || mkdir $folders || exit
printf '%s\\n' "$table" >"$place/table"
mount --all --fstab "$place/table" && rm "$place/table" || exit
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs "$@"`
