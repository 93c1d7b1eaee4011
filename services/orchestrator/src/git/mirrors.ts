import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, RepositoryInfo, StoredCommit } from './contract/index.ts'
import { succeeded, unreachable } from './failures.ts'
import type { RunGit } from './git-command.ts'
import { healMirror } from './heal-mirror.ts'
import { KeyedLock } from './locks.ts'
import { checkBranchName, isWorkBranch } from './names.ts'
import { branchNotFound, namesAtOrigin, readListing, refspecsOf } from './origin-branches.ts'
import type { Origins } from './origins.ts'
import { parseRepository } from './repository-address.ts'
import { SharedTurns } from './shared-turns.ts'
import { removeTree } from './worktree-folder.ts'

type At = { readonly branch: string; readonly commit?: string | undefined; readonly asSeen?: boolean | undefined }

type Origin = { readonly url: string; readonly options: readonly string[] }

/**
 * One bare repository per origin. Origin's branches are kept under refs/remotes/origin/, so that fetching never
 * moves an agent's branch, which is under refs/heads/.
 */
export class Mirrors {
  readonly #git: RunGit
  readonly #origins: Origins
  readonly #folder: string
  readonly #locks = new KeyedLock()
  readonly #listings = new KeyedLock()
  readonly #shared = new SharedTurns()
  /** Where origins' branches were seen to stand, and where the mirrors have them; by mirror and branch. */
  readonly #seen = new Map<string, { readonly commit: string; readonly askedAt: number }>()
  readonly #held = new Map<string, string>()

  constructor(git: RunGit, origins: Origins, folder: string) {
    this.#git = git
    this.#origins = origins
    this.#folder = folder
  }

  /**
   * Makes the mirror, or fetches what `branch` is now. Answers the mirror's path.
   * @param asSeen As it was when somebody has just looked at the repository is new enough.
   */
  async upToDate(repository: string, branch: string, { asSeen = false } = {}): Promise<GitResult<string>> {
    const [origin, name] = [await this.#origin(repository), checkBranchName(branch)]
    if (!origin.ok) return origin
    if (!name.ok) return name
    const path = this.#pathOf(origin.value)
    if (asSeen && this.#asSeen(path, branch)) return ok(path)
    const bring = () =>
      existsSync(path) ? this.#fetch(path, origin.value, refspecsOf(branch)) : this.#create(path, origin.value)
    // However many agents begin at once, the mirror is fetched once for all that wait.
    return this.#shared.run(`fetch ${path} ${branch}`, bring, (action) => this.exclusively(path, action))
  }

  /** All branches that origin has now. */
  async upToDateWithAll(repository: string): Promise<GitResult<string>> {
    const origin = await this.#origin(repository)
    if (!origin.ok) return origin
    const path = this.#pathOf(origin.value)
    return this.exclusively(path, () =>
      existsSync(path) ? this.#fetchAll(path, origin.value) : this.#create(path, origin.value),
    )
  }

  /** The mirror, and the commit of a branch; nothing is fetched where the commit is named and there already. */
  async find(
    repository: string,
    { branch, commit, asSeen = false }: At,
  ): Promise<GitResult<{ mirror: string; commit: string }>> {
    const mirror = await (commit === undefined
      ? this.upToDate(repository, branch, { asSeen })
      : this.holding(repository, commit))
    if (!mirror.ok) return mirror
    const found = await this.#commitAt(mirror.value, { branch, commit, asSeen })
    return found.ok ? ok({ mirror: mirror.value, commit: found.value }) : found
  }

  async inspect(repository: string, branch: string | undefined): Promise<GitResult<RepositoryInfo>> {
    const origin = await this.#origin(repository)
    if (!origin.ok) return origin
    const name = branch === undefined ? ok('HEAD') : checkBranchName(branch)
    if (!name.ok) return name
    const { url, options } = origin.value
    const list = ['ls-remote', '--symref', ...options, '--', url, 'HEAD', 'refs/heads/*']
    const ask = async () => ({
      askedAt: performance.now(),
      output: await this.#git(list, { network: true, timeoutMs: listMs }),
    })
    const asked = await this.#shared.run(`list ${url}`, ask, (action) => this.#listings.run(url, action))
    const { askedAt, output } = asked
    if (output.code !== 0) return unreachable(repository, output)
    const found = readListing(output.stdout, branch)
    if (found.ok)
      this.#seen.set(keyOf(this.#pathOf(origin.value), found.value.branch), { commit: found.value.commit, askedAt })
    return found
  }

  #commitAt(path: string, { branch, commit, asSeen }: At): Promise<GitResult<string>> {
    if (commit !== undefined) return Promise.resolve(ok(commit))
    return asSeen ? this.standing(path, branch) : this.commitOf(path, branch)
  }

  /** The commit at which a branch stands, or stood when somebody has just looked. An agent's may be ahead of origin's. */
  async standing(path: string, branch: string): Promise<GitResult<string>> {
    const seen = isWorkBranch(branch) ? undefined : this.#asSeen(path, branch)
    return seen === undefined ? this.commitOf(path, branch) : ok(seen)
  }

  /** Where a branch has just been seen to stand, if the mirror has it there. */
  #asSeen(path: string, branch: string): string | undefined {
    const seen = this.#seen.get(keyOf(path, branch))
    if (!seen || performance.now() - seen.askedAt > seenForMs) return undefined
    return this.#held.get(keyOf(path, branch)) === seen.commit && existsSync(path) ? seen.commit : undefined
  }

  /** What is checked out at the repository: `branch` is `null` where that is no branch. */
  async head(repository: string): Promise<GitResult<{ branch: string | null; commit: string }>> {
    const origin = await this.#origin(repository)
    if (!origin.ok) return origin
    const { url, options } = origin.value
    const output = await this.#git(['ls-remote', '--symref', ...options, '--', url, 'HEAD'], { network: true })
    if (output.code !== 0) return unreachable(repository, output)
    const branch = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(output.stdout)?.[1] ?? null
    const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(output.stdout)?.[1]
    return commit === undefined ? branchNotFound(branch ?? 'HEAD', []) : ok({ branch, commit })
  }

  /** A mirror that has the commit, which need not be at the tip of any branch. */
  async holding(repository: string, commit: string): Promise<GitResult<string>> {
    const origin = await this.#origin(repository)
    if (!origin.ok) return origin
    const path = this.#pathOf(origin.value)
    return this.exclusively(path, async () => {
      const mirror = existsSync(path) ? ok(path) : await this.#create(path, origin.value)
      if (!mirror.ok || (await this.#has(path, commit))) return mirror
      const fetched = await this.#fetchAll(path, origin.value)
      if (!fetched.ok || (await this.#has(path, commit))) return fetched
      const byId = await this.#fetch(path, origin.value, [commit])
      if (!byId.ok || (await this.#has(path, commit))) return byId
      return err({ code: 'BRANCH_NOT_FOUND', message: `${repository} has no commit ${commit.slice(0, 12)}.` })
    })
  }

  /** Takes what is kept beside branches over from another mirror of ours, or from the origin; answers whether it is here. */
  async bring(repository: string, { ref, commit, mirror }: StoredCommit): Promise<boolean> {
    const here = this.existing(repository)
    if (!here.ok) return false
    for (const from of [mirror, repository]) {
      if (await this.#has(here.value, commit)) return true
      const place = await this.#origin(from)
      if (!place.ok) continue
      const fetch = [
        `--git-dir=${here.value}`,
        'fetch',
        '--quiet',
        '--no-tags',
        ...place.value.options,
        place.value.url,
      ]
      await this.exclusively(here.value, () => this.#git([...fetch, `+${ref}:${ref}`], { network: true }))
    }
    return this.#has(here.value, commit)
  }

  async #has(path: string, commit: string): Promise<boolean> {
    return (await this.#git([`--git-dir=${path}`, 'cat-file', '-e', `${commit}^{tree}`])).code === 0
  }

  /** Refs of origin are moved one at a time per mirror. */
  exclusively<T>(path: string, action: () => Promise<T>): Promise<T> {
    return this.#locks.run(path, action)
  }

  async #origin(repository: string): Promise<GitResult<Origin>> {
    const address = parseRepository(repository)
    if (!address.ok) return address
    const options = await this.#origins.options(repository)
    return options.ok ? ok({ url: address.value.url, options: options.value.fetch }) : options
  }

  #pathOf({ url }: Pick<Origin, 'url'>): string {
    return join(this.#folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.git`)
  }

  /** The mirror that there is already; nobody is asked. */
  existing(repository: string): GitResult<string> {
    const address = parseRepository(repository)
    if (!address.ok) return address
    const path = this.#pathOf(address.value)
    return existsSync(path) ? ok(path) : unreachable(repository, noMirror)
  }

  /** What has broken in a mirror that there is is fetched anew; answers its path. */
  async healed(repository: string): Promise<GitResult<string>> {
    const origin = await this.#origin(repository)
    if (!origin.ok) return origin
    const path = this.#pathOf(origin.value)
    if (!existsSync(path)) return unreachable(repository, noMirror)
    this.#held.clear()
    return this.exclusively(path, async () => {
      const fresh = await this.#filled(`${path}.fresh`, origin.value)
      if (!fresh.ok) return fresh
      await healMirror(this.#git, path, fresh.value)
      return this.#fetchAll(path, origin.value)
    })
  }

  /** Under another name until it is complete: a crash halfway leaves nothing that looks like a mirror. */
  async #create(path: string, origin: Origin): Promise<GitResult<string>> {
    const unfinished = await this.#filled(`${path}.unfinished`, origin)
    if (!unfinished.ok) return unfinished
    await rename(unfinished.value, path)
    return ok(path)
  }

  async #filled(path: string, origin: Origin): Promise<GitResult<string>> {
    const list = ['ls-remote', ...origin.options, '--', origin.url, 'HEAD', 'refs/heads/*']
    const listed = await this.#git(list, { network: true })
    if (listed.code !== 0) return unreachable(origin.url, listed)
    await removeTree(path)
    await mkdir(this.#folder, { recursive: true })
    const format = `--object-format=${/^[0-9a-f]{64}\t/.test(listed.stdout) ? 'sha256' : 'sha1'}`
    succeeded(await this.#git(['init', '--quiet', '--bare', '--template=', format, path]), 'making a mirror')
    for (const [key, value] of [
      ['remote.origin.url', origin.url],
      ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
      ['remote.origin.tagOpt', '--no-tags'],
    ] as const) {
      succeeded(await this.#git([`--git-dir=${path}`, 'config', key, value]), 'setting up a mirror')
    }
    const fetched = await this.#fetchAll(path, origin)
    if (!fetched.ok) await removeTree(path)
    return fetched
  }

  async #fetchAll(path: string, { url, options }: Origin): Promise<GitResult<string>> {
    const fetch = [`--git-dir=${path}`, 'fetch', '--quiet', '--prune', '--update-shallow', ...options, 'origin']
    const output = await this.#git(fetch, { network: true })
    return output.code === 0 ? ok(path) : unreachable(url, output)
  }

  async #fetch(path: string, { url, options }: Origin, refspecs: readonly string[]): Promise<GitResult<string>> {
    const fetch = [`--git-dir=${path}`, 'fetch', '--quiet', '--update-shallow', ...options, 'origin', ...refspecs]
    const output = await this.#git(fetch, { network: true })
    // A branch that origin does not have may still be an agent's that could not be pushed.
    if (output.code === 0 || /couldn't find remote ref/i.test(output.stderr)) return ok(path)
    return unreachable(url, output)
  }

  /**
   * Where a branch stands: an agent's own in the mirror goes before origin's while that has only not heard of it yet. What
   * a person has pushed onto it, or in its place, counts, under either of the names that it may have there.
   */
  async #standing(path: string, mine: string | undefined, origins: readonly string[]): Promise<string | undefined> {
    if (!mine) return origins[0]
    for (const theirs of origins) {
      if (theirs === mine) continue
      const isAhead = await this.#git([`--git-dir=${path}`, 'merge-base', '--is-ancestor', theirs, mine])
      if (isAhead.code !== 0) return theirs
    }
    return mine
  }

  /** The commit at which a branch stands. */
  async commitOf(path: string, branch: string): Promise<GitResult<string>> {
    return (await this.commitsOf(path, { start: branch })).start
  }

  /** The commits at a ref, at an agent's branch, and where a branch stands, read by one git process. */
  async commitsOf(
    path: string,
    { base, own, start }: { base?: string; own?: string; start: string },
  ): Promise<{ base: string | undefined; own: string | undefined; start: GitResult<string> }> {
    const atOrigin = namesAtOrigin(start).map((name) => `refs/remotes/origin/${name}`)
    const names = [base, own && `refs/heads/${own}`, `refs/heads/${start}`, ...atOrigin]
    const format = '--format=%(objectname) %(refname)'
    const known = names.filter((name) => name !== undefined)
    const output = await this.#git([`--git-dir=${path}`, 'for-each-ref', format, ...known])
    const lines = succeeded(output, 'reading branches').split('\n')
    const [atBase, atOwn, mine, origins, ...instead] = names.map(
      (name) => lines.find((line) => line.split(' ')[1] === name)?.split(' ')[0],
    )
    if (origins) this.#held.set(keyOf(path, start), origins)
    const theirs = [origins, ...instead].filter((commit) => commit !== undefined)
    const commit = await this.#standing(path, mine, theirs)
    return { base: atBase, own: atOwn, start: commit ? ok(commit) : branchNotFound(start, []) }
  }
}

/** Somebody waits for the answer. In milliseconds. */
const listMs = 15_000

/** How long it counts where a branch was seen, in milliseconds: from a spawn to its worktree, and not from one to the next. */
const seenForMs = 5_000

const keyOf = (path: string, branch: string): string => `${path} ${branch}`

const noMirror = { code: 128, stdout: '', stderr: 'it has never been reached', timedOut: false }
