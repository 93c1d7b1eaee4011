import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Beside, type Confine, defaultLimits, SandboxStartError } from '../sandbox/index.ts'
import { GitFault, type Worktree } from './contract/index.ts'
import type { GitOutput } from './git-command.ts'
import { worktreeEnvironment } from './git-environment.ts'
import { collect } from '../programs/run-program.ts'

export type Job = {
  /** For `sh`; finds WORKTREE, MIRROR, PRIVATE and its own variables in the environment. */
  readonly script: string
  readonly variables?: Readonly<Record<string, string>>
  /** Other mirrors that it reads. */
  readonly reads?: readonly string[]
  /** May it change the worktree's files? */
  readonly writes: boolean
}

/** Where git keeps what belongs to one worktree; see worktree-folder.ts. */
export type Checkout = Pick<Worktree, 'path' | 'mirrorPath' | 'gitPath'>

export type StartedJob = {
  readonly stdout: Readable
  /** Its `stdout` is empty: that was the caller's to read. */
  readonly finished: Promise<GitOutput>
  kill(): void
}

const limits = {
  ...defaultLimits,
  pids: 128,
  // New objects are kept there until they are packed; more than a commit may hold, so that the refusal has a name.
  tmpBytes: 256 * 1024 ** 2,
  fileBytes: 4 * 1024 ** 3,
}
const maxOutputBytes = 16 * 1024 ** 2
const maxErrorBytes = 64 * 1024

/**
 * git on a worktree. Filters, hooks, drivers, nested repositories, links and pipes in there are the agent's: whatever
 * they make git do, they make it do in a sandbox with no network, the mirror read-only, and a time limit.
 */
export class GitSandbox {
  readonly #confine: Confine
  readonly #timeoutMs: number
  readonly #variables: Readonly<Record<string, string>>

  constructor(confine: Confine, timeoutMs: number, variables: Readonly<Record<string, string>> = {}) {
    this.#confine = confine
    this.#timeoutMs = timeoutMs
    this.#variables = variables
  }

  /** The same, for jobs that find these in their environment besides. */
  with(variables: Readonly<Record<string, string>>): GitSandbox {
    return new GitSandbox(this.#confine, this.#timeoutMs, { ...this.#variables, ...variables })
  }

  async run(checkout: Checkout, job: Job, beside?: Beside): Promise<GitOutput> {
    const { stdout, finished } = await this.start(checkout, job, beside)
    const output = collect(stdout, maxOutputBytes)
    const ended = await finished
    return { ...ended, stdout: output.text() }
  }

  async start(
    checkout: Checkout,
    { script, variables, reads = [], writes }: Job,
    beside?: Beside,
  ): Promise<StartedJob> {
    const { path, mirrorPath, gitPath } = checkout
    const privatePath = join(gitPath, privateFolder)
    const program = {
      script,
      folder: path,
      mounts: [
        ...[mirrorPath, ...new Set(reads)].map((mirror) => ({ path: mirror, writable: false })),
        { path: gitPath, writable: false },
        { path: privatePath, writable: true },
        { path, writable: writes },
      ],
      environment: {
        ...worktreeEnvironment,
        ...this.#variables,
        GIT_DIR: gitPath,
        GIT_WORK_TREE: path,
        MIRROR: mirrorPath,
        PRIVATE: privatePath,
        ...variables,
      },
      limits,
    }
    const running = await this.#confine(program, beside).catch((cause: unknown) => {
      if (!(cause instanceof SandboxStartError)) throw cause
      throw new GitFault(`there is no sandbox for git: ${cause.message}`, { cause })
    })
    running.stdin.end()
    const stderr = collect(running.stderr, maxErrorBytes)
    let timedOut = false
    const deadline = setTimeout(() => {
      timedOut = true
      running.kill()
    }, this.#timeoutMs)
    const finished = running.exitCode.then((code) => {
      clearTimeout(deadline)
      return { code: code ?? 137, stdout: '', stderr: stderr.text(), timedOut }
    })
    return { stdout: running.stdout, finished, kill: () => running.kill() }
  }
}

/** The one folder below a worktree's git folder that jobs write: the index. */
export const privateFolder = 'private'
