import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerCreateOptions, MountSettings } from 'dockerode'
import { commandEnvironment } from './command-environment.ts'
import type { SandboxLimits, SandboxSpec } from './contract.ts'

export const sessionLabel = 'mosaic.session'

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
  const environment = commandEnvironment({ sessionId: spec.sessionId, home: insideHome, tmp: '/tmp' })
  const [uid, gid] = place.user.split(':')
  // Where the image has the folder the engine gives the mount the folder's mode, but never its owner.
  const scratch = `rw,exec,nosuid,nodev,mode=1777,uid=${uid},gid=${gid},size=${limits.tmpBytes}`
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
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      IpcMode: 'private',
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      PidsLimit: limits.pids,
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: limits.fileBytes, Hard: limits.fileBytes },
      ],
      Tmpfs: { '/tmp': scratch, [insideHome]: scratch },
      Mounts: mounts(spec),
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

function mounts(spec: SandboxSpec): MountSettings[] {
  const bind = (path: string, readOnly: boolean): MountSettings => ({
    Type: 'bind',
    Source: path,
    Target: path,
    ReadOnly: readOnly,
  })
  const gitFile = join(spec.worktreePath, '.git')
  return [
    ...(spec.readOnlyPaths ?? []).map((path) => bind(path, true)),
    bind(spec.worktreePath, false),
    // A worktree's .git file says where its repository is; nobody in there may point it elsewhere.
    ...(existsSync(gitFile) ? [bind(gitFile, true)] : []),
  ]
}
