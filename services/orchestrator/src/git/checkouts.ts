import { randomUUID } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import type { LocalChanges } from '@mosaic/contracts/repository'
import type { GitResult } from './contract/index.ts'
import { commitSecretFree } from './commit-tree.ts'
import { countsBetween } from './counts.ts'
import type { RunGit } from './git-command.ts'
import { excludesFrom } from './git-environment.ts'
import { type GitSandbox, privateFolder } from './git-sandbox.ts'
import { runElsewhere } from '../programs/starters.ts'
import type { Mirrors } from './mirrors.ts'
import type { Origins } from './origins.ts'
import type { Quarantine } from './quarantine.ts'
import { parseRepository } from './repository-address.ts'
import { maxCommitBytes, stageAll } from './staging.ts'
import { type Tip, Work } from './work.ts'
import { makeGitFolder, removeTree } from './worktree-folder.ts'

export type CheckoutsDeps = {
  readonly git: RunGit
  readonly sandbox: GitSandbox
  readonly mirrors: Mirrors
  readonly origins: Origins
  /** Where looks keep what they need, on the disk of the mirrors. */
  readonly root: string
  /** Where the person's own list of what git is to ignore is. */
  readonly home: string
}

/** A person's changes as a commit in the mirror, on top of what is checked out. */
export type TakenChanges = LocalChanges & { readonly commit: string }

type Seen = { readonly changes: LocalChanges; readonly work: Work; readonly quarantine: Quarantine } & (
  | { readonly tip: Tip; readonly tree: string }
  | { readonly tip: Tip; readonly tree: null }
)

const mostIgnoreBytes = 1024 ** 2

/**
 * Where people work themselves. As with agents' worktrees, git looks at the files in a sandbox of its own, which shows the
 * checkout read-only, with a configuration of ours: no program that the repository names runs, and nothing is written there.
 */
export class Checkouts {
  readonly #deps: CheckoutsDeps

  constructor(deps: CheckoutsDeps) {
    this.#deps = deps
  }

  /** `null`: there is no checkout, but a bare repository or one that is elsewhere. */
  look(repository: string): Promise<GitResult<LocalChanges | null>> {
    return this.#see(repository, async ({ changes }) => ok(changes))
  }

  /** What no commit holds, as one; refused where a commit of an agent would be. `null`: nothing is changed. */
  take(repository: string): Promise<GitResult<TakenChanges | null>> {
    return this.#see(repository, async ({ changes, work, quarantine, tip, tree }) => {
      if (tree === null) return ok(null)
      const message = `Changes of ${repository} that were not committed\n`
      const commit = await commitSecretFree(work, { parent: tip.commit, tree, message, quarantine })
      if (!commit.ok) return commit
      await work.read(['update-ref', `refs/mosaic/changes/${commit.value}`, commit.value])
      return ok({ ...changes, commit: commit.value })
    })
  }

  async #see<T>(
    repository: string,
    action: (seen: Seen) => Promise<GitResult<T | null>>,
  ): Promise<GitResult<T | null>> {
    const { git, sandbox, mirrors, origins, root } = this.#deps
    const address = parseRepository(repository)
    if (!address.ok) return address
    const path = address.value.url
    if (address.value.kind !== 'local' || !existsSync(join(path, '.git'))) return ok(null)
    const head = await mirrors.head(repository)
    if (!head.ok) return head
    const { branch, commit } = head.value
    const mirror = await mirrors.holding(repository, commit)
    if (!mirror.ok) return mirror
    const gitPath = join(root, 'looks', randomUUID())
    const checkout = { path, mirrorPath: mirror.value, gitPath }
    try {
      await makeGitFolder(checkout, 'look')
      const variables = await this.#ignoring(path, gitPath)
      const deps = {
        git,
        sandbox: sandbox.with(variables),
        origins,
        quarantineFolder: join(root, 'incoming'),
        mostBytes: maxCommitBytes,
        exclusively: <R>(step: () => Promise<R>) => mirrors.exclusively(mirror.value, step),
      }
      const begun = { repository, branch: 'look', baseBranch: branch ?? 'HEAD', baseCommit: commit }
      const work = new Work(deps, { ...checkout, ...begun, submodules: { filled: [], empty: [] } }, undefined)
      await using quarantine = await work.quarantine()
      const tip = { commit, tree: (await work.read(['rev-parse', `${commit}^{tree}`])).trim() }
      const staged = await stageAll(work, tip, quarantine)
      const clean = { branch, files: 0, insertions: 0, deletions: 0 }
      if (staged.ok) {
        const { tree } = staged.value
        const counts = await countsBetween(work, tip.commit, tree, quarantine.environment)
        const changes = { branch, ...counts }
        return await action({ changes, work, quarantine, tip, tree })
      }
      if (staged.error.code !== 'NOTHING_TO_COMMIT') return staged
      return await action({ changes: clean, work, quarantine, tip, tree: null })
    } finally {
      await removeTree(gitPath)
    }
  }

  /** What the person has git ignore. Not the person's index: it names objects that only the checkout has. */
  async #ignoring(path: string, gitPath: string): Promise<Record<string, string>> {
    const { home } = this.#deps
    const folder = join(gitPath, privateFolder)
    await mkdir(folder, { recursive: true })
    const lists = [await ignoreFileOf(home), join(path, '.git/info/exclude')]
    const ignored = await Promise.all(lists.map((list) => contentOf(list, mostIgnoreBytes)))
    const excludes = join(folder, 'exclude')
    await writeFile(excludes, ignored.map((list) => list?.toString() ?? '').join('\n'))
    return excludesFrom(excludes)
  }
}

/** What the person's own configuration names, or where git looks without. */
async function ignoreFileOf(home: string): Promise<string> {
  const query = ['git', 'config', '--global', '--type=path', '--get', 'core.excludesFile']
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home }
  const { stdout } = await runElsewhere(query, { cwd: '/', env, timeoutMs: 10_000 })
  return stdout.trim() || join(home, '.config/git/ignore')
}

/** Of a regular file; whoever wrote there may have put a pipe in its place. */
async function contentOf(path: string, mostBytes: number): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(() => undefined)
  if (!file) return undefined
  try {
    const stat = await file.stat()
    return stat.isFile() && stat.size <= mostBytes ? await file.readFile() : undefined
  } finally {
    await file.close()
  }
}
