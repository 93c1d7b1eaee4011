import type { ContainerCreateOptions, MountSettings } from 'dockerode'
import type { AgentUser } from './agent-user.ts'
import { commandEnvironment } from './command-environment.ts'
import { sessionMounts } from './bubblewrap-arguments.ts'
import type { Mount, SandboxLimits, SandboxSpec } from './contract.ts'
import { sessionLabel } from './docker-label.ts'
import { seccompProfile } from './seccomp/profile.ts'

const insideHome = '/home/agent'

/**
 * The container's pid 1: its end is the container's end, nobody inside can kill it, and its input ends with the
 * orchestrator. A line comes before every command; the short-lived child makes the shell reap what was orphaned.
 */
const pidOne = 'echo ready; while read -r _; do /bin/true; done'

export function containerOptions(
  spec: SandboxSpec,
  place: { readonly image: string /** uid:gid */; readonly user: string; readonly limits: SandboxLimits },
): ContainerCreateOptions {
  const { limits } = place
  const environment = commandEnvironment(
    { sessionId: spec.sessionId, home: insideHome, tmp: '/tmp', toolchains: spec.toolchains ?? [] },
    spec.environment,
  )
  const { user } = place
  const mounts = sessionMounts(spec, undefined)
  return {
    Image: place.image,
    Entrypoint: [],
    Cmd: ['/bin/sh', '-c', pidOne],
    Labels: { [sessionLabel]: spec.sessionId },
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    User: place.user,
    WorkingDir: spec.worktreePath,
    Hostname: 'mosaic',
    NetworkDisabled: true,
    Healthcheck: noHealthcheck,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: confinedHost({ user, limits, mounts, scratch: ['/tmp', insideHome] }),
  }
}

/** The image's own would be a process that no agent has asked for, in a tree that a kill proves empty. */
export const noHealthcheck = { Test: ['NONE'] }

/** uid:gid. Everybody but root runs containers as themselves. */
export const containerUser = (user: AgentUser | undefined): string =>
  user ? `${user.uid}:${user.gid}` : `${process.getuid?.()}:${process.getgid?.()}`

type Confined = {
  /** uid:gid */
  readonly user: string
  readonly limits: SandboxLimits
  readonly mounts: readonly Mount[]
  /** Folders of its own, in memory. */
  readonly scratch: readonly string[]
}

/** What every container of ours is kept from, a session's and a single program's. */
export function confinedHost({
  user,
  limits,
  mounts,
  scratch,
}: Confined): NonNullable<ContainerCreateOptions['HostConfig']> {
  const [uid, gid] = user.split(':')
  // Where the image has the folder the engine gives the mount the folder's mode, but never its owner.
  const ownFolder = `rw,exec,nosuid,nodev,mode=1777,uid=${uid},gid=${gid},size=${limits.tmpBytes}`
  return {
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true', `seccomp=${seccompProfile()}`],
    IpcMode: 'private',
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids,
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: limits.fileBytes, Hard: limits.fileBytes },
    ],
    Tmpfs: Object.fromEntries(scratch.map((folder) => [folder, ownFolder])),
    Mounts: mounts.map(bindMount),
    LogConfig: { Type: 'none', Config: {} },
  }
}

const bindMount = ({ path, writable, at = path }: Mount): MountSettings => ({
  Type: 'bind',
  Source: path,
  Target: at,
  ReadOnly: !writable,
})
