import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GitError as CommandError, simpleGit } from 'simple-git'
import { GitFault } from './contract.ts'

export type GitSettings = {
  /** Holds mirrors/, worktrees/ and our own git configuration. */
  readonly root: string
  readonly author?: { readonly name: string; readonly email: string }
  /** For ssh and credential helpers; nothing else of the environment reaches git. */
  readonly home?: string
  readonly sshAuthSock?: string
  /** As git's credential.helper, for private https repositories. */
  readonly credentialHelper?: string
  /** Milliseconds: for what talks to a repository, and for what works on the mirror. */
  readonly networkTimeoutMs?: number
  readonly localTimeoutMs?: number
}

export type GitOutput = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export type GitCall = {
  readonly network?: boolean
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs git; a non-zero exit is an answer, only a git that cannot be run is thrown. */
export type RunGit = (args: readonly string[], call?: GitCall) => Promise<GitOutput>

const guarded = [
  'GIT_ALLOW_PROTOCOL',
  'GIT_ATTR_NOSYSTEM',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_INDEX_FILE',
  'GIT_SSH_COMMAND',
  'GIT_TERMINAL_PROMPT',
  'SSH_AUTH_SOCK',
]

/** Command scope beats every repository's own configuration, also that of a repository nested in a worktree. */
const overrides: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['submodule.recurse', 'false'],
  // Another orchestrator may work on the same mirror: its locks are waited for, in milliseconds.
  ['core.filesRefLockTimeout', '10000'],
  ['core.packedRefsTimeout', '10000'],
]

export function gitRunner(settings: GitSettings): RunGit {
  mkdirSync(settings.root, { recursive: true })
  const env = environment(settings)
  const networkMs = settings.networkTimeoutMs ?? 300_000
  const localMs = settings.localTimeoutMs ?? 60_000

  return async (args, call = {}) => {
    let failure: { code: number; stdout: string } | undefined
    const git = simpleGit({
      baseDir: settings.root,
      allowEnvironment: [...guarded, ...overrides.flatMap((_, index) => configVariables(index))],
      unsafe: {
        allowUnsafeConfigEnvCount: true,
        allowUnsafeConfigPaths: true,
        allowUnsafeFsMonitor: true,
        allowUnsafeHooksPath: true,
        allowUnsafeSshCommand: true,
        allowUnsafeTemplateDir: true,
      },
      // Progress must not prolong it: a limit is a limit.
      timeout: { block: call.network ? networkMs : localMs, stdErr: false, stdOut: false },
      ...(call.input === undefined ? {} : { input: () => call.input }),
      errors: (error, result) => {
        if (result.exitCode !== 0) failure = { code: result.exitCode, stdout: utf8(result.stdOut) }
        return result.exitCode === 0 ? undefined : (error ?? Buffer.concat(result.stdErr))
      },
    }).env({ ...env, ...call.env })
    try {
      return { code: 0, stdout: await git.raw([...args]), stderr: '', timedOut: false }
    } catch (error) {
      if (!(error instanceof CommandError)) throw new GitFault('git cannot be run', { cause: error })
      if ('plugin' in error && error.plugin === 'timeout') return { code: 124, stdout: '', stderr: '', timedOut: true }
      if (!failure) throw new GitFault(`git ${args[0]} was refused: ${error.message}`, { cause: error })
      return { ...failure, stderr: error.message, timedOut: false }
    }
  }
}

const utf8 = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')

function environment(settings: GitSettings): Record<string, string> {
  const author = settings.author ?? { name: 'Mosaic', email: 'agents@mosaic.invalid' }
  const config = join(settings.root, 'gitconfig')
  writeFileSync(config, configuration(author, settings.credentialHelper))
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: settings.home ?? settings.root,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15 -oStrictHostKeyChecking=accept-new',
    GIT_TERMINAL_PROMPT: '0',
    ...(settings.sshAuthSock ? { SSH_AUTH_SOCK: settings.sshAuthSock } : {}),
    GIT_CONFIG_COUNT: String(overrides.length),
    ...Object.fromEntries(
      overrides.flatMap(([key, value], index) => {
        const [keyName, valueName] = configVariables(index)
        return [
          [keyName, key],
          [valueName, value],
        ]
      }),
    ),
  }
}

const configVariables = (index: number) => [`GIT_CONFIG_KEY_${index}`, `GIT_CONFIG_VALUE_${index}`] as const

/** What git's own helpers (upload-pack of a local repository) read too, where command scope does not reach. */
function configuration(author: { name: string; email: string }, credentialHelper: string | undefined): string {
  return `[user]
\tname = ${quoted(author.name)}
\temail = ${quoted(author.email)}
[safe]
\tdirectory = *
[core]
\tquotePath = false
\tattributesFile = /dev/null
\texcludesFile = /dev/null
[gc]
\tauto = 0
[maintenance]
\tauto = false
[commit]
\tgpgSign = false
[transfer]
\tfsckObjects = true
${credentialHelper ? `[credential]\n\thelper = ${quoted(credentialHelper)}\n` : ''}`
}

const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('\n', ' ')}"`
