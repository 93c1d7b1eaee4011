import { type ChildProcess, execFile, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import type { AgentUser } from './agent-user.ts'
import {
  bubblewrapArguments,
  type BubblewrapVersion,
  type BubblewrapView,
  parseVersion,
} from './bubblewrap-arguments.ts'
import type { Cgroup } from './cgroup.ts'
import { SandboxStartError } from './contract.ts'
import { filteredMachine, seccompFilter } from './seccomp/filter.ts'

let version: Promise<BubblewrapVersion> | undefined

/** Asked once: a program that is installed does not change under us. One that is not may come. */
export function bubblewrapVersion(): Promise<BubblewrapVersion> {
  version ??= promisify(execFile)('bwrap', ['--version']).then(
    ({ stdout }) => parseVersion(stdout),
    (cause: unknown) => {
      version = undefined
      throw new SandboxStartError('bubblewrap is not installed', { cause })
    },
  )
  return version
}

/** By the shell: counted per user, so for all sandboxes together where they share one that nothing else runs as. */
export const limitsPids = (user: AgentUser | undefined, cgroup: Cgroup): boolean => !user || !cgroup.enforced.pids

export type BubblewrapStart = {
  readonly cgroup: Cgroup
  /** What comes before bwrap; see launchAs. */
  readonly prefix: readonly string[]
  readonly view: BubblewrapView
  /** For sh, as the sandbox's first process. */
  readonly script: string
  readonly environment: NodeJS.ProcessEnv
}

/** Where bwrap says the pid of the sandbox's first process, as JSON, and where it reads its filter of system calls. */
export const infoFd = 3
const filterFd = 4

/** The shell joins the cgroup and becomes bwrap: no moment outside of the limits. */
export function spawnBubblewrap({ cgroup, prefix, view, script, environment }: BubblewrapStart): ChildProcess {
  const join = cgroup.procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  const machine = filteredMachine()
  const filter = machine && seccompFilter(machine)
  const options = ['--info-fd', String(infoFd), ...(filter ? ['--seccomp', String(filterFd)] : [])]
  const command = [...prefix, 'bwrap', ...options, ...bubblewrapArguments(view), 'sh', '-c', script]
  const child = spawn('/bin/sh', ['-c', `${join}exec "$@"`, 'sh', ...command], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  // Read by bwrap before the first process runs; one that ends before says why itself.
  const filterPipe = child.stdio[filterFd] as Writable
  filterPipe.on('error', () => undefined)
  filterPipe.end(filter)
  return child
}
