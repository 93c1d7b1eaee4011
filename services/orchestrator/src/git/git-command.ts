import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GitFault } from './contract/index.ts'
import { type Author, mirrorEnvironment, writeConfiguration } from './git-environment.ts'
import { runElsewhere } from '../programs/starters.ts'
import { type ProgramOutput, runProgram, type Streams } from '../programs/run-program.ts'

export type GitWay = {
  readonly proxy?: { readonly address: string; readonly except: string } | undefined
  readonly certificates?: string | undefined
}

export type GitSettings = {
  /** Holds mirrors/, worktrees/, what git keeps about each worktree, and our own git configuration. */
  readonly root: string
  readonly author?: Author
  readonly committer?: Author
  /** For ssh and credential helpers; nothing else of the environment reaches git. */
  readonly home?: string
  readonly sshAuthSock?: string
  /** Who asked for root, where somebody did (sudo). */
  readonly sudoUid?: number
  /** A company's proxy, what is reached without it, and a file with the certificates that are trusted. */
  readonly way?: GitWay
  /** As git's credential.helper, for private https repositories. */
  readonly credentialHelper?: string
  /** Milliseconds: for what talks to a repository, and for what works on the mirror or a worktree. */
  readonly networkTimeoutMs?: number
  readonly localTimeoutMs?: number
}

export type GitOutput = ProgramOutput

export type GitCall = Streams & {
  readonly network?: boolean
  /** At most, where it is to be less than usual. */
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
}

/** Runs git outside, on mirrors alone; a non-zero exit is an answer, only a git that cannot be run is thrown. */
export type RunGit = (args: readonly string[], call?: GitCall) => Promise<GitOutput>

export const defaultLocalTimeoutMs = 60_000
const defaultNetworkTimeoutMs = 300_000

export function gitRunner(settings: GitSettings): RunGit {
  // Nothing is ever in there: what git takes for a path of the working folder leads nowhere.
  const cwd = join(settings.root, 'empty')
  mkdirSync(cwd, { recursive: true, mode: 0o700 })
  const base = mirrorEnvironment(settings, writeConfiguration(settings))
  const networkMs = settings.networkTimeoutMs ?? defaultNetworkTimeoutMs
  const localMs = settings.localTimeoutMs ?? defaultLocalTimeoutMs
  return async (args, { network, timeoutMs = Infinity, input, env, onOutput } = {}) => {
    const usualMs = network ? networkMs : localMs
    const options = { cwd, env: { ...base, ...env }, timeoutMs: Math.min(usualMs, timeoutMs) }
    try {
      const command = ['git', ...args]
      if (onOutput) return await runProgram(command, { ...options, ...(input && { input }), onOutput })
      if (typeof input === 'object') return await runProgram(command, { ...options, input })
      return await runElsewhere(command, { ...options, ...(input && { input }) })
    } catch (cause) {
      throw new GitFault('git cannot be run', { cause })
    }
  }
}
