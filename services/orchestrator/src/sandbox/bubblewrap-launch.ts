import { execFile } from 'node:child_process'
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
import { filteredMachine } from './seccomp/filter.ts'
import { filterFd, infoFd, type Shell } from './shells.ts'

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
  /** bwrap, after what comes before it; see launchAs. */
  readonly program: readonly string[]
  readonly view: BubblewrapView
  /** For sh, as the sandbox's first process. */
  readonly script: string
  readonly environment: Readonly<Record<string, string>>
}

/** The filter is read before the first process runs. */
export function becomeBubblewrap(shell: Shell, { program, view, script, environment }: BubblewrapStart): void {
  const filter = filteredMachine() ? ['--seccomp', String(filterFd)] : []
  const options = ['--info-fd', String(infoFd), ...filter]
  shell.become([...program, ...options, ...bubblewrapArguments(view), 'sh', '-c', script], environment)
}
