import { type ChildProcess, execFile, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { onPath } from '@mosaic/runtime'
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

/** bwrap where it is on this machine: the system's, or one that was brought without rights to install it. */
export type Bubblewrap = { readonly program: string; readonly version: BubblewrapVersion }

let found: Promise<Bubblewrap> | undefined

/** Looked for once: a program that is installed does not change under us. One that is not may come. */
export function findBubblewrap(): Promise<Bubblewrap> {
  found ??= look().catch((cause: unknown) => {
    found = undefined
    throw cause
  })
  return found
}

async function look(): Promise<Bubblewrap> {
  const program = onPath('bwrap')
  if (!program) throw new SandboxStartError('bubblewrap is not installed')
  const { stdout } = await promisify(execFile)(program, ['--version']).catch((cause: unknown) => {
    throw new SandboxStartError('bubblewrap cannot be started', { cause })
  })
  return { program, version: parseVersion(stdout) }
}

/** By the shell: counted per user, so for all sandboxes together where they share one that nothing else runs as. */
export const limitsPids = (user: AgentUser | undefined, cgroup: Cgroup): boolean => !user || !cgroup.enforced.pids

export type BubblewrapStart = {
  readonly cgroup: Cgroup
  /** bwrap, after what comes before it; see launchAs. */
  readonly program: readonly string[]
  readonly view: BubblewrapView
  /** For sh, as the sandbox's first process. */
  readonly script: string
  readonly environment: NodeJS.ProcessEnv
}

/** Where bwrap says the pid of the sandbox's first process, as JSON, and where it reads its filter of system calls. */
export const infoFd = 3
const filterFd = 4

/** The shell joins the cgroup and becomes bwrap: no moment outside of the limits. */
export function spawnBubblewrap({ cgroup, program, view, script, environment }: BubblewrapStart): ChildProcess {
  const join = cgroup.procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  const machine = filteredMachine()
  const filter = machine && seccompFilter(machine)
  const options = ['--info-fd', String(infoFd), ...(filter ? ['--seccomp', String(filterFd)] : [])]
  const command = [...program, ...options, ...bubblewrapArguments(view), 'sh', '-c', script]
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
