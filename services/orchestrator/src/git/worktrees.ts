import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import {
  type AgentBranch,
  type AgentWork,
  type FoundWorktree,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type Restored,
  type Worktree,
  type WorktreeRequest,
} from './contract.ts'
import { firstLine, succeeded, timedOut } from './failures.ts'
import type { RunGit } from './git-command.ts'
import type { GitSandbox } from './git-sandbox.ts'
import type { KeyedLock } from './locks.ts'
import type { Mirrors } from './mirrors.ts'
import { fillSubmodules, submodulesOf } from './fill-submodules.ts'
import { isWorkBranch, workName, workOf } from './names.ts'
import { gitlinksOf } from './submodules.ts'
import { keepIndex, makeGitFolder, removeTree, writeGitFile } from './worktree-folder.ts'

/** Written when a worktree is complete; says where it began. */
const baseRef = (name: string): string => `refs/mosaic/base/${name}`

const mayBeBroken: ReadonlySet<GitErrorCode> = new Set([
  'CHECKOUT_FAILED',
  'REPOSITORY_UNREACHABLE',
  'BRANCH_NOT_FOUND',
])

export type WorktreesDeps = {
  readonly git: RunGit
  readonly sandbox: GitSandbox
  readonly mirrors: Mirrors
  /** One thing at a time per worktree, by its path. */
  readonly locks: KeyedLock
}

type Beginning = {
  readonly base: string | undefined
  readonly own: string | undefined
  readonly start: GitResult<string>
  readonly work: Begun
  readonly continues: WorktreeRequest['continues']
  readonly from: string | undefined
}

type Begun = Omit<Worktree, 'baseCommit' | 'submodules'>

export class Worktrees {
  readonly #deps: WorktreesDeps
  readonly #folder: string
  readonly #gitFolder: string

  constructor(deps: WorktreesDeps, root: string) {
    this.#deps = deps
    this.#folder = join(root, 'worktrees')
    this.#gitFolder = join(root, 'worktree-git')
  }

  /** What goes wrong on a mirror that has broken, e.g. in a power cut, goes well on one that was healed. */
  async create(request: WorktreeRequest): Promise<GitResult<Worktree>> {
    const first = await this.#tryCreate(request).catch((error: unknown) => {
      if (error instanceof GitFault) return undefined
      throw error
    })
    if (first && (first.ok || !mayBeBroken.has(first.error.code))) return first
    const healed = await this.#deps.mirrors.healed(request.repository)
    return healed.ok || !first ? this.#tryCreate(request) : first
  }

  async #tryCreate(request: WorktreeRequest): Promise<GitResult<Worktree>> {
    const { repository, baseBranch, branch } = request
    const name = workName(request.agentId, request.taskId)
    // A spawn has just looked whether the branch is there.
    const mirror = await this.#deps.mirrors.upToDate(repository, baseBranch, { asSeen: true })
    if (!mirror.ok) return mirror
    const { continues } = request
    if (continues) {
      const fetched = await this.#deps.mirrors.upToDate(repository, branch)
      if (!fetched.ok) return fetched
    }
    const place = { ...this.#pathsOf(name), mirrorPath: mirror.value, branch }
    return this.#deps.locks.run(place.path, async () => {
      const base = await this.#begun(name, { ...place, repository, baseBranch }, request)
      if (!base.ok) return base
      const { baseCommit, restored } = base.value
      const submodules = await submodulesOf(place)
      return ok({ ...place, repository, baseBranch, baseCommit, submodules, ...(restored && { restored }) })
    })
  }

  /** Answers the commit that the worktree began at: of one that is there, or of the one that it makes. */
  async #begun(
    name: string,
    work: Begun,
    { continues, from }: Pick<WorktreeRequest, 'continues' | 'from'>,
  ): Promise<GitResult<{ baseCommit: string; restored?: Restored }>> {
    const { mirrors } = this.#deps
    const { base, own, start } = await mirrors.commitsOf(work.mirrorPath, {
      base: baseRef(name),
      own: work.branch,
      start: work.baseBranch,
    })
    if (base && existsSync(join(work.path, '.git'))) {
      if (!existsSync(join(work.gitPath, 'HEAD'))) await this.#adopt(work)
      return ok({ baseCommit: base })
    }
    const commit = await this.#beginning({ base, own, start, work, continues, from })
    if (!commit.ok) return commit
    const checkedOut = await this.#checkOut(work, commit.value)
    if (!checkedOut.ok) return checkedOut
    const kept = continues?.kept
    const restored = kept ? await this.#restore(work, commit.value, kept) : undefined
    const baseCommit = base ?? continues?.baseCommit ?? commit.value
    await this.#note(name, work, { base: baseCommit, commit: commit.value })
    return ok({ baseCommit, ...(restored && { restored }) })
  }

  /** Where a person has gone on with the branch at origin, theirs counts. */
  async #beginning({ base, own, start, work, continues, from }: Beginning): Promise<GitResult<string>> {
    if (base) return ok(own ?? base)
    if (!continues) return from === undefined ? start : ok(from)
    const git = (...args: string[]) => this.#deps.git([`--git-dir=${work.mirrorPath}`, ...args])
    const found = await git('rev-parse', '--verify', '--quiet', `refs/remotes/origin/${work.branch}^{commit}`)
    const theirs = found.code === 0 ? found.stdout.trim() : undefined
    if (!theirs || !own) return ok(own ?? theirs ?? continues.baseCommit)
    return ok((await git('merge-base', '--is-ancestor', theirs, own)).code === 0 ? own : theirs)
  }

  /** What was kept beside the branch becomes changes that are not committed again. */
  async #restore(work: Begun, commit: string, kept: string): Promise<Restored> {
    const merge = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', commit, kept]
    const merged = await this.#deps.git([`--git-dir=${work.mirrorPath}`, ...merge])
    const [tree = '', ...files] = merged.stdout.split('\0').filter((part) => part !== '')
    if (merged.code !== 0) return { state: 'conflict', files }
    const job = { script: restoreScript, variables: { TREE: tree, COMMIT: commit }, writes: true }
    succeeded(await this.#deps.sandbox.run(work, job, 'nobody'), 'writing what was not committed')
    await keepIndex(work)
    return { state: 'restored' }
  }

  async #checkOut(work: Begun, commit: string): Promise<GitResult<void>> {
    await this.#discard(work)
    await mkdir(work.path, { recursive: true })
    await makeGitFolder(work, work.branch)
    await writeGitFile(work)
    // Nothing in there is an agent's yet: the mirror's files are written, and nothing is run for them.
    const job = { script: checkOutScript, variables: { COMMIT: commit }, writes: true }
    const output = await this.#deps.sandbox.run(work, job, 'nobody')
    if (output.timedOut) return timedOut('Writing the files of the worktree')
    if (output.code !== 0) {
      const message = `The files of the worktree cannot be written: ${firstLine(output.stderr)}`
      return err({ code: 'CHECKOUT_FAILED', message })
    }
    await keepIndex(work)
    const { repository } = work
    const isTrusted = (url: string) => this.#isTrusted(work, url)
    await fillSubmodules(this.#deps, work, { repository, commit, isTrusted })
    return ok(undefined)
  }

  /** An agent's branch may name whatever it likes; what counts then is what the repository's own branch names too. */
  async #isTrusted({ repository, baseBranch, mirrorPath }: Begun, url: string): Promise<boolean> {
    const { git, mirrors } = this.#deps
    if (!isWorkBranch(baseBranch)) return true
    const listed = await mirrors.inspect(repository, undefined)
    if (!listed.ok || !(await mirrors.upToDate(repository, listed.value.branch)).ok) return false
    return (await gitlinksOf(git, mirrorPath, listed.value.commit)).some((link) => link.url === url)
  }

  async #note(name: string, work: Begun, at: { base: string; commit: string }): Promise<void> {
    const updates = [`update ${baseRef(name)} ${at.base}`, `update refs/heads/${work.branch} ${at.commit}`]
    const input = `start\n${updates.join('\n')}\ncommit\n`
    succeeded(
      await this.#deps.git([`--git-dir=${work.mirrorPath}`, 'update-ref', '--stdin'], { input }),
      'noting the base',
    )
  }

  /** A worktree of a release that kept its git folder in the mirror: with what was changed in it. */
  async #adopt(work: Begun): Promise<void> {
    await removeTree(work.gitPath)
    await makeGitFolder(work, work.branch)
    await writeGitFile(work)
  }

  async remove({ agentId, taskId }: AgentWork): Promise<void> {
    const paths = this.#pathsOf(workName(agentId, taskId))
    await this.#deps.locks.run(paths.path, () => this.#discard(paths))
  }

  /** What stands in the folder now. */
  async all(): Promise<AgentWork[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names.flatMap((name) => workOf(name) ?? [])
  }

  /** As the log knows it, whether its folder stands or not. */
  async placeOf({ agentId, taskId, ...branch }: AgentBranch): Promise<GitResult<FoundWorktree>> {
    const paths = this.#pathsOf(workName(agentId, taskId))
    const mirror = this.#deps.mirrors.existing(branch.repository)
    if (!mirror.ok) return mirror
    return ok({ ...branch, ...paths, mirrorPath: mirror.value, submodules: await submodulesOf(paths) })
  }

  /** By its git folder, which only we write. One that was never complete holds nobody's work. */
  async find({ agentId, taskId }: AgentWork): Promise<FoundWorktree | undefined> {
    const name = workName(agentId, taskId)
    const paths = this.#pathsOf(name)
    if (!existsSync(paths.path)) return undefined
    const read = (file: string) => readFile(join(paths.gitPath, file), 'utf8').catch(() => '')
    const mirrorPath = (await read('commondir')).trimEnd()
    const branch = /^ref: refs\/heads\/(.+)$/m.exec(await read('HEAD'))?.[1]
    if (!branch || !mirrorPath) return undefined
    const git = (...args: string[]) => this.#deps.git([`--git-dir=${mirrorPath}`, ...args])
    const base = await git('rev-parse', '--verify', '--quiet', baseRef(name))
    if (base.code === 1) return undefined
    const baseCommit = succeeded(base, 'reading the base').trim()
    const url = succeeded(await git('config', '--get', 'remote.origin.url'), 'reading the address of origin')
    return {
      ...paths,
      mirrorPath,
      branch,
      repository: url.trimEnd(),
      baseCommit,
      submodules: await submodulesOf(paths),
    }
  }

  async #discard({ path, gitPath }: Pick<Worktree, 'path' | 'gitPath'>): Promise<void> {
    await removeTree(path)
    await removeTree(gitPath)
  }

  #pathsOf(name: string): Pick<Worktree, 'path' | 'gitPath'> {
    return { path: join(this.#folder, name), gitPath: join(this.#gitFolder, name) }
  }
}

const checkOutScript = 'GIT_INDEX_FILE=$PRIVATE/next exec git read-tree --reset -u "$COMMIT"'
/** The files of one tree, the index of another: what differs is what is not committed. */
const restoreScript = `set -eu
export GIT_INDEX_FILE=$PRIVATE/next
cp "$PRIVATE/index" "$GIT_INDEX_FILE"
git read-tree --reset -u "$TREE"
exec git read-tree "$COMMIT"`
