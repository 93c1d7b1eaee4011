import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import { type AgentWork, GitFault, type GitResult, type Worktree, type WorktreeRequest } from './contract.ts'
import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'
import { workBranch, workName } from './names.ts'

/** Written when a worktree is complete; says where it began. */
const baseRef = (name: string): string => `refs/mosaic/base/${name}`

export class Worktrees {
  readonly #git: RunGit
  readonly #mirrors: Mirrors
  readonly #folder: string

  constructor(git: RunGit, mirrors: Mirrors, folder: string) {
    this.#git = git
    this.#mirrors = mirrors
    this.#folder = folder
  }

  async create(request: WorktreeRequest): Promise<GitResult<Worktree>> {
    const name = workName(request.agentId, request.taskId)
    const mirror = await this.#mirrors.upToDate(request.repository, request.baseBranch)
    if (!mirror.ok) return mirror
    const mirrorPath = mirror.value
    return this.#mirrors.exclusively(mirrorPath, async () => {
      const base = await this.#begun(mirrorPath, name, request.baseBranch)
      if (!base.ok) return base
      return ok({
        repository: request.repository,
        path: join(this.#folder, name),
        mirrorPath,
        branch: workBranch(name),
        baseBranch: request.baseBranch,
        baseCommit: base.value,
      })
    })
  }

  /** Answers the commit that the worktree began at: of one that is there, or of the one that it makes. */
  async #begun(mirrorPath: string, name: string, baseBranch: string): Promise<GitResult<string>> {
    const path = join(this.#folder, name)
    const found = await this.#mirrors.commitsOf(mirrorPath, baseRef(name), baseBranch)
    const commit = found.ref ? ok(found.ref) : found.branch
    if (!commit.ok) return commit

    if (found.ref && existsSync(join(path, '.git'))) {
      // Its last user crashed: nobody is holding the index any more.
      await rm(join(gitFolder(mirrorPath, name), 'index.lock'), { force: true })
      return commit
    }
    await this.#discard(mirrorPath, name)
    await mkdir(this.#folder, { recursive: true })
    const branch = workBranch(name)
    const start = found.ref ? [path, branch] : ['--no-track', '-B', branch, path, commit.value]
    const added = await this.#git([`--git-dir=${mirrorPath}`, 'worktree', 'add', '--force', ...start])
    succeeded(added, 'adding a worktree')
    const input = `start\nupdate ${baseRef(name)} ${commit.value}\ncommit\n`
    succeeded(await this.#git([`--git-dir=${mirrorPath}`, 'update-ref', '--stdin'], { input }), 'noting the base')
    return commit
  }

  async remove(worktree: Worktree): Promise<void> {
    await this.#mirrors.exclusively(worktree.mirrorPath, () => this.#discard(worktree.mirrorPath, nameOf(worktree)))
  }

  /** What stands in the folder now, by name. */
  names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => [])
  }

  /** Removes those of the named that are nobody's work, e.g. of sessions whose end we did not live to see. */
  async pruneOrphans(names: readonly string[], alive: readonly AgentWork[]): Promise<string[]> {
    const kept = new Set(alive.map(({ agentId, taskId }) => workName(agentId, taskId)))
    const orphans = names.filter((name) => !kept.has(name))
    for (const name of orphans) {
      const mirrorPath = await mirrorOf(join(this.#folder, name), join(this.#folder, '..', 'mirrors'))
      if (mirrorPath) await this.#mirrors.exclusively(mirrorPath, () => this.#discard(mirrorPath, name))
      else await rm(join(this.#folder, name), { recursive: true, force: true })
    }
    return orphans.map((name) => join(this.#folder, name))
  }

  /** By hand, not by `git worktree remove`: that refuses half-made ones and trusts the folder's .git file. */
  async #discard(mirrorPath: string, name: string): Promise<void> {
    await rm(join(this.#folder, name), { recursive: true, force: true, maxRetries: 3 })
    await rm(gitFolder(mirrorPath, name), { recursive: true, force: true })
  }
}

/** git's own folder for a worktree; we made it, so it is trusted, unlike the .git file inside the worktree. */
export function gitFolder(mirrorPath: string, name: string): string {
  return join(mirrorPath, 'worktrees', name)
}

export function nameOf(worktree: Worktree): string {
  const name = worktree.path.split('/').at(-1)
  if (!name) throw new GitFault(`no worktree: ${worktree.path}`)
  return name
}

/** Only a mirror of ours is answered, whatever the file says. */
async function mirrorOf(path: string, mirrors: string): Promise<string | undefined> {
  const file = await readFile(join(path, '.git'), 'utf8').catch(() => '')
  const name = /^gitdir: .*\/([0-9a-f]{32}\.git)\/worktrees\/[^/]+$/m.exec(file)?.[1]
  return name && existsSync(join(mirrors, name)) ? join(mirrors, name) : undefined
}
