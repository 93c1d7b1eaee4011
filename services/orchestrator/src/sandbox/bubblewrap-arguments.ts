import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Mount, SandboxLimits, SandboxSpec } from './contract.ts'

/** Where the runner finds its commands and pipes, read-only inside. */
export const controlFolder = '/run/mosaic'
export const insideHome = '/tmp/home'

const agentUser = '1000'

/** Enough for programs to start and to check certificates; no host users, keys, or network settings. */
const etc = [
  'alternatives',
  'ca-certificates',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'pki/ca-trust/extracted',
  'protocols',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
]

export type BubblewrapView = {
  readonly folder: string
  readonly mounts: readonly Mount[]
  /** Shown as the control folder; holds the identity files too. */
  readonly controlPath?: string
  readonly limits: SandboxLimits
  /** Where the one who starts it finds a path that it shows inside. */
  readonly sourceOf: (path: string) => string
  /** Of `bwrap --version`; what older ones do not know is left out. */
  readonly version: BubblewrapVersion
}

export type BubblewrapVersion = { readonly major: number; readonly minor: number }

export function parseVersion(text: string): BubblewrapVersion {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? []
  return { major: Number(major), minor: Number(minor) }
}

const knows = ({ major, minor }: BubblewrapVersion, since: number): boolean => major > 0 || minor >= since

/** What a session's sandbox shows: the worktree as the only place to write. */
export function sessionMounts(spec: SandboxSpec, toolchain: string | undefined): Mount[] {
  const { worktreePath, alias } = spec
  const gitFile = join(worktreePath, '.git')
  const places = [worktreePath, ...(alias === undefined ? [] : [alias])]
  const readOnly = [...(spec.readOnlyPaths ?? []), ...(spec.toolchains ?? []), ...(toolchain ? [toolchain] : [])]
  return [
    ...readOnly.map((path) => ({ path, writable: false })),
    ...(spec.writablePaths ?? []).map((path) => ({ path, writable: true })),
    ...(spec.statePath === undefined ? [] : [{ path: spec.statePath, writable: true }]),
    ...places.map((at) => ({ path: worktreePath, at, writable: true })),
    // A worktree's .git file says where its repository is; nobody in there may point it elsewhere.
    ...(lstatSync(gitFile, { throwIfNoEntry: false })?.isFile()
      ? places.map((at) => ({ path: gitFile, at: join(at, '.git'), writable: false }))
      : []),
  ]
}

/** Arguments for bwrap(1). The order counts: later mounts lie over earlier ones. */
export function bubblewrapArguments(view: BubblewrapView): string[] {
  const { folder, mounts, controlPath, limits, version, sourceOf } = view
  const control = controlPath && sourceOf(controlPath)
  // Without --size (0.7) a tmpfs may take half of the memory; a control group's limit counts it all the same.
  const size = knows(version, 7) ? ['--size', String(limits.tmpBytes)] : []
  const identity = control
    ? ['passwd', 'group', 'hosts'].flatMap((name) => bind(join(control, name), `/etc/${name}`))
    : []
  return [
    ...isolation,
    // User namespaces of their own are the usual first step out of a container.
    ...(knows(version, 8) ? ['--disable-userns'] : []),
    ...systemFolders(),
    ...etc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...identity,
    ...words('--proc /proc --dev /dev'),
    ...size,
    ...words('--tmpfs /dev/shm --remount-ro /dev --perms 1777'),
    ...size,
    ...words(`--tmpfs /tmp --dir ${insideHome}`),
    ...(control ? bind(control, controlFolder) : []),
    ...mounts.flatMap(({ path, writable, at = path }) => [writable ? '--bind' : '--ro-bind', sourceOf(path), at]),
    ...words('--remount-ro / --chdir'),
    folder,
  ]
}

const isolation = words(
  `--unshare-user --unshare-all --die-with-parent --new-session --as-pid-1
  --cap-drop ALL --uid ${agentUser} --gid ${agentUser} --hostname mosaic`,
)

function words(text: string): string[] {
  return text.split(/\s+/)
}

function bind(source: string, target = source): string[] {
  return ['--ro-bind', source, target]
}

/** /usr, and /bin and so on as this distribution has them: links into /usr or folders of their own. */
function systemFolders(): string[] {
  const merged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => {
    const path = `/${name}`
    if (!existsSync(path)) return []
    return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : bind(path)
  })
  return [...bind('/usr'), ...merged]
}

/** What /etc holds about users and hosts in there. */
export const identityFiles: Readonly<Record<string, string>> = {
  passwd: `root:x:0:0:root:/root:/bin/sh\nagent:x:${agentUser}:${agentUser}:agent:${insideHome}:/bin/sh\n`,
  group: `root:x:0:\nagent:x:${agentUser}:\n`,
  hosts: '127.0.0.1 localhost mosaic\n::1 localhost mosaic\n',
}
