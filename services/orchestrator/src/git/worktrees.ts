import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import pLimit from 'p-limit'
import {
  type AgentBranch,
  type AgentWork,
  type EmptyWorktree,
  type FoundWorktree,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type HeldWorktree,
  type Restored,
  type StoredCommit,
  type Worktree,
  type WorktreeRequest,
} from './contract/index.ts'
import { checkOut, makeFolders, type Wanted } from './check-out.ts'
import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'
import type { GitSandbox } from './git-sandbox.ts'
import type { KeyedLock } from './locks.ts'
import { tryMergeTrees } from './merge-trees.ts'
import type { Mirrors } from './mirrors.ts'
import { fillSubmodules, submodulesOf } from './fill-submodules.ts'
import { isWorkBranch, workName, workOf } from './names.ts'
import { baseRef, forgetBase, noteBase } from './noted-base.ts'
import type { Gitlinks } from './submodules.ts'
import {
  isUnfinished,
  keepIndex,
  makeGitFolder,
  markFinished,
  notedEpochs,
  noteEpoch,
  removeTree,
  writeGitFile,
} from './worktree-folder.ts'

const mayBeBroken: ReadonlySet<GitErrorCode> = new Set([
  'CHECKOUT_FAILED',
  'REPOSITORY_UNREACHABLE',
  'BRANCH_NOT_FOUND',
])

export type WorktreesDeps = {
  readonly git: RunGit
  readonly sandbox: GitSandbox
  readonly mirrors: Mirrors
  readonly gitlinks: Gitlinks
  /** One thing at a time per worktree, by its path. */
  readonly locks: KeyedLock
  /** For writing all files of a worktree, in milliseconds. */
  readonly timeoutMs: number
}

type Beginning = {
  readonly base: string | undefined
  readonly own: string | undefined
  readonly start: GitResult<string>
  readonly work: Begun
  /** The branch is there already, and may have begun here. */
  readonly goesOn: WorktreeRequest['continues']
  /** What was not committed on it: made on top of the branch as it was then. */
  readonly stored: string | undefined
  readonly from: string | undefined
}

type Begun = Omit<Worktree, 'baseCommit' | 'submodules'>

export class Worktrees {
  readonly #deps: WorktreesDeps
  readonly #turns = pLimit(availableParallelism())
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
    const { repository, baseBranch, branch, epoch } = request
    const name = workName(request.agentId, request.taskId)
    // A spawn has just looked whether the branch is there.
    const mirror = await this.#deps.mirrors.upToDate(repository, baseBranch, { asSeen: true })
    if (!mirror.ok) return mirror
    const place = { ...this.#pathsOf(name), mirrorPath: mirror.value, branch, epoch }
    const { continues, resumes } = request
    const goesOn = continues ?? (isWhole(place) ? undefined : resumes)
    if (goesOn) {
      const fetched = await this.#deps.mirrors.upToDate(repository, branch)
      if (!fetched.ok) return fetched
    }
    return this.#deps.locks.run(place.path, async () => {
      const isAgents = goesOn !== undefined || isWorkBranch(baseBranch)
      const work = { ...place, repository, baseBranch, isAgents }
      const base = await this.#begun(name, work, { ...request, goesOn })
      if (!base.ok) return base
      const submodules = await submodulesOf(place)
      return ok({ ...work, ...base.value, submodules })
    })
  }

  /** Answers the commit that the worktree began at: of one that is there, or of the one that it makes. */
  async #begun(
    name: string,
    work: Begun,
    { goesOn, uncommitted, from, isNew, onPlaced, ...wanted }: WorktreeRequest & Pick<Beginning, 'goesOn'>,
  ): Promise<GitResult<Pick<Worktree, 'baseCommit' | 'restored' | 'head'>>> {
    const { base, own, start } = await this.#known(name, work, isNew)
    if (base && isWhole(work)) {
      if (!existsSync(join(work.gitPath, 'HEAD'))) await this.#adopt(work)
      if (work.epoch !== undefined) await noteEpoch(work, work.epoch)
      return ok({ baseCommit: base })
    }
    const stored = uncommitted && (await this.#deps.mirrors.bring(work.repository, uncommitted))
    const commit = await this.#beginning({
      base,
      own,
      start,
      work,
      goesOn,
      stored: stored ? uncommitted.commit : undefined,
      from,
    })
    if (!commit.ok) return commit
    const baseCommit = base ?? goesOn?.baseCommit ?? commit.value
    await onPlaced?.({ ...work, baseCommit })
    await makeFolders(work)
    const isFresh = base === undefined && own === undefined && !goesOn
    const written = await this.#writeNoted({ ...work, name, baseCommit }, { ...wanted, commit: commit.value, isFresh })
    if (!written.ok) return written
    const restored = goesOn && (await this.#restore(work, commit.value, uncommitted))
    await markFinished(work)
    return ok({ baseCommit, ...(restored && { restored, head: commit.value }) })
  }

  async #known(name: string, { mirrorPath, baseBranch, branch }: Begun, isNew: boolean | undefined) {
    const { mirrors } = this.#deps
    if (!isNew) return mirrors.commitsOf(mirrorPath, { base: baseRef(name), own: branch, start: baseBranch })
    return { base: undefined, own: undefined, start: await mirrors.standing(mirrorPath, baseBranch) }
  }

  /** Where a person, or the session on another machine, has gone on with the branch at origin, theirs counts. */
  async #beginning({ base, own, start, work, goesOn, stored, from }: Beginning): Promise<GitResult<string>> {
    if (!goesOn && base) return ok(own ?? base)
    if (!goesOn) return from === undefined ? start : ok(from)
    const found = await this.#deps.mirrors.commitOf(work.mirrorPath, work.branch)
    const known = found.ok ? found.value : (base ?? goesOn.baseCommit)
    return ok(stored === undefined ? known : await this.#newer(work, known, `${stored}^1`))
  }

  /** What could not be pushed is known from what was kept on top of it. */
  async #newer({ mirrorPath }: Begun, known: string, other: string): Promise<string> {
    const git = (...args: string[]) => this.#deps.git([`--git-dir=${mirrorPath}`, ...args])
    const isNewer = (await git('merge-base', '--is-ancestor', known, other)).code === 0
    return isNewer ? succeeded(await git('rev-parse', other), 'reading the branch').trim() : known
  }

  /** What was kept beside the branch becomes changes that are not committed again. */
  async #restore(work: Begun, commit: string, kept: StoredCommit | undefined): Promise<Restored> {
    if (!kept) return { state: 'as-committed' }
    const git = (args: readonly string[]) => this.#deps.git([`--git-dir=${work.mirrorPath}`, ...args])
    if ((await git(['cat-file', '-e', `${kept.commit}^{tree}`])).code !== 0) return { state: 'lost' }
    const merged = await tryMergeTrees(git, commit, kept.commit)
    if (!merged || merged.conflicts.length > 0) return { state: 'conflict', files: merged?.conflicts ?? [] }
    const job = { script: restoreScript, variables: { TREE: merged.tree, COMMIT: commit }, writes: true }
    succeeded(await this.#deps.sandbox.run(work, job, 'nobody'), 'writing what was not committed')
    await keepIndex(work)
    return { state: 'restored' }
  }

  /** To note it takes about as long as to write a few files, and goes on meanwhile. What is not written has not begun. */
  async #writeNoted(
    work: EmptyWorktree & { readonly name: string },
    { isFresh, ...wanted }: Wanted & { readonly isFresh: boolean },
  ): Promise<GitResult<void>> {
    const at = { base: work.baseCommit, commit: wanted.commit }
    const noting = noteBase(this.#deps.git, work, at).catch((fault: unknown) => fault)
    let isWritten = false
    try {
      const written = await this.#write(work, wanted)
      const fault = await noting
      if (written.ok && fault) throw fault
      isWritten = written.ok
      return written
    } finally {
      await noting
      if (isFresh && !isWritten) await forgetBase(this.#deps.git, work, at)
    }
  }

  async #write(work: EmptyWorktree, wanted: Wanted): Promise<GitResult<void>> {
    const { sandbox, timeoutMs } = this.#deps
    const { repository } = work
    const { commit } = wanted
    const written = await checkOut({ sandbox, timeoutMs, turns: this.#turns }, work, wanted)
    if (!written.ok) return written
    const isTrusted = (url: string) => this.#isTrusted(work, url)
    await fillSubmodules(this.#deps, work, { repository, commit, isTrusted })
    return ok(undefined)
  }

  /** An agent's branch may name whatever it likes; what counts then is what the repository's own branch names too. */
  async #isTrusted({ repository, isAgents, mirrorPath }: Begun, url: string): Promise<boolean> {
    const { gitlinks, mirrors } = this.#deps
    if (!isAgents) return true
    const listed = await mirrors.inspect(repository, undefined)
    if (!listed.ok || !(await mirrors.upToDate(repository, listed.value.branch)).ok) return false
    return (await gitlinks.of(mirrorPath, listed.value.commit)).some((link) => link.url === url)
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
    if (!branch || !mirrorPath || isUnfinished(paths)) return undefined
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

  async held({ agentId, taskId }: AgentWork): Promise<HeldWorktree | undefined> {
    const paths = this.#pathsOf(workName(agentId, taskId))
    if (!existsSync(paths.path)) return undefined
    return { path: paths.path, epochs: await notedEpochs(paths), isWhole: isWhole(paths) }
  }

  async #discard({ path, gitPath }: Pick<Worktree, 'path' | 'gitPath'>): Promise<void> {
    await removeTree(path)
    await removeTree(gitPath)
  }

  #pathsOf(name: string): Pick<Worktree, 'path' | 'gitPath'> {
    return { path: join(this.#folder, name), gitPath: join(this.#gitFolder, name) }
  }
}

const isWhole = (paths: Pick<Worktree, 'path' | 'gitPath'>): boolean =>
  existsSync(join(paths.path, '.git')) && !isUnfinished(paths)

/** The files of one tree, the index of another: what differs is what is not committed. */
const restoreScript = `set -eu
export GIT_INDEX_FILE=$PRIVATE/next
cp "$PRIVATE/index" "$GIT_INDEX_FILE"
git read-tree --reset -u "$TREE"
exec git read-tree "$COMMIT"`
