import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GitSettings, GitWay } from './git-command.ts'

export type Author = { readonly name: string; readonly email: string }
type Variables = Readonly<Record<string, string>>
type Setting = readonly [key: string, value: string]

/** Command scope beats every repository's own configuration. */
const nothingRuns: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
]

const onMirrors: readonly Setting[] = [
  ...nothingRuns,
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.writeCommitGraph', 'false'],
  ['transfer.bundleURI', 'false'],
  ['core.quotePath', 'false'],
  // Another orchestrator may work on the same mirror: its locks are waited for, in milliseconds.
  ['core.filesRefLockTimeout', '10000'],
  ['core.packedRefsTimeout', '10000'],
]

const onWorktrees: readonly Setting[] = [
  ...nothingRuns,
  ['diff.ignoreSubmodules', 'all'],
  // The sandbox's user may be another than the owner of the mirror, and nothing but ours is shown in there.
  ['safe.directory', '*'],
  ['protocol.allow', 'never'],
  ['core.untrackedCache', 'false'],
  ['core.splitIndex', 'false'],
  // Deltas are for history; what is packed here is a few files on their way to the mirror.
  ['pack.window', '0'],
  ['pack.threads', '1'],
  // What is larger is never read as a whole.
  ['core.bigFileThreshold', '32m'],
]

const common: Variables = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  GIT_ADVICE: '0',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
}

/** What git outside sees. It is given mirrors to work on, never a worktree. */
export function mirrorEnvironment(settings: GitSettings, configuration: string): Variables {
  return {
    ...common,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: settings.home ?? settings.root,
    // One object of a pack that an agent's side has made cannot have all of the memory.
    GIT_ALLOC_LIMIT: '512m',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    GIT_CONFIG_GLOBAL: configuration,
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15 -oStrictHostKeyChecking=accept-new',
    // Whose repositories git lets root use; see Origins.
    ...(settings.sudoUid === undefined ? {} : { SUDO_UID: String(settings.sudoUid) }),
    ...(settings.sshAuthSock ? { SSH_AUTH_SOCK: settings.sshAuthSock } : {}),
    ...wayVariables(settings.way),
    ...asVariables(onMirrors),
  }
}

const wayVariables = ({ proxy, certificates }: GitWay = {}): Variables => ({
  ...(proxy && { https_proxy: proxy.address, no_proxy: proxy.except }),
  ...(certificates && { GIT_SSL_CAINFO: certificates }),
})

/** What git in a git sandbox sees, besides where it works. */
export const worktreeEnvironment: Variables = {
  ...common,
  GIT_CONFIG_GLOBAL: '/dev/null',
  ...asVariables(onWorktrees),
}

/** In place of none: a list of what git in a git sandbox is to ignore. */
export const excludesFrom = (path: string): Record<string, string> => ({
  [`GIT_CONFIG_VALUE_${onWorktrees.findIndex(([key]) => key === 'core.excludesFile')}`]: path,
})

function asVariables(settings: readonly Setting[]): Variables {
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) }
}

/** What the helpers that git starts read too, where command scope does not reach. Answers its path. */
export function writeConfiguration(settings: GitSettings): string {
  const { root, author = nobody, committer = author, credentialHelper } = settings
  const helper = credentialHelper ? `[credential]\n\thelper = ${quoted(credentialHelper)}\n` : ''
  const path = join(root, 'gitconfig')
  writeFileSync(
    path,
    `${identity('author', author)}${identity('committer', committer)}[commit]\n\tgpgSign = false\n${helper}`,
  )
  return path
}

const nobody: Author = { name: 'Mosaic', email: 'agents@mosaic.invalid' }
const identity = (section: string, { name, email }: Author) =>
  `[${section}]\n\tname = ${quoted(name)}\n\temail = ${quoted(email)}\n`
const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('\n', ' ')}"`
