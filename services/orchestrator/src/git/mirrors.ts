import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, RepositoryInfo } from './contract.ts'
import { succeeded, unreachable } from './failures.ts'
import type { RunGit } from './git-command.ts'
import { KeyedLock } from './locks.ts'
import { checkBranchName } from './names.ts'
import type { Origins } from './origins.ts'
import { parseRepository, type RepositoryAddress } from './repository-address.ts'

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

  constructor(git: RunGit, origins: Origins, folder: string) {
    this.#git = git
    this.#origins = origins
    this.#folder = folder
  }

  /** Makes the mirror, or fetches what `branch` is now. Answers the mirror's path. */
  async upToDate(repository: string, branch: string): Promise<GitResult<string>> {
    const [address, name] = [parseRepository(repository), checkBranchName(branch)]
    if (!address.ok) return address
    if (!name.ok) return name
    const options = await this.#origins.options(repository)
    if (!options.ok) return options
    const path = this.#pathOf(address.value)
    const origin = { url: address.value.url, options: options.value.fetch }
    return this.exclusively(path, () =>
      existsSync(path) ? this.#fetch(path, origin, branch) : this.#create(path, origin),
    )
  }

  async inspect(repository: string, branch: string | undefined): Promise<GitResult<RepositoryInfo>> {
    const address = parseRepository(repository)
    if (!address.ok) return address
    const name = branch === undefined ? ok('HEAD') : checkBranchName(branch)
    if (!name.ok) return name
    const options = await this.#origins.options(repository)
    if (!options.ok) return options
    const list = ['ls-remote', '--symref', ...options.value.fetch, '--', address.value.url, 'HEAD', 'refs/heads/*']
    const output = await this.#git(list, { network: true })
    return output.code === 0 ? readListing(output.stdout, branch) : unreachable(repository, output)
  }

  /** Refs of origin are moved one at a time per mirror. */
  exclusively<T>(path: string, action: () => Promise<T>): Promise<T> {
    return this.#locks.run(path, action)
  }

  #pathOf({ url }: RepositoryAddress): string {
    return join(this.#folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.git`)
  }

  /** Under another name until it is complete: a crash halfway leaves nothing that looks like a mirror. */
  async #create(path: string, { url, options }: Origin): Promise<GitResult<string>> {
    const unfinished = `${path}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(this.#folder, { recursive: true })
    succeeded(await this.#git(['init', '--quiet', '--bare', '--template=', unfinished]), 'making a mirror')
    for (const [key, value] of [
      ['remote.origin.url', url],
      ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
      ['remote.origin.tagOpt', '--no-tags'],
    ] as const) {
      succeeded(await this.#git([`--git-dir=${unfinished}`, 'config', key, value]), 'setting up a mirror')
    }
    const fetch = [`--git-dir=${unfinished}`, 'fetch', '--quiet', '--prune', ...options, 'origin']
    const output = await this.#git(fetch, { network: true })
    if (output.code !== 0) {
      await rm(unfinished, { recursive: true, force: true })
      return unreachable(url, output)
    }
    await rename(unfinished, path)
    return ok(path)
  }

  async #fetch(path: string, { url, options }: Origin, branch: string): Promise<GitResult<string>> {
    const refspec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`
    const output = await this.#git([`--git-dir=${path}`, 'fetch', '--quiet', ...options, 'origin', refspec], {
      network: true,
    })
    // A branch that origin does not have may still be an agent's that could not be pushed.
    if (output.code === 0 || /couldn't find remote ref/i.test(output.stderr)) return ok(path)
    return unreachable(url, output)
  }

  /** The commit of a branch: an agent's own in the mirror goes before what origin knows of it. */
  async commitOf(path: string, branch: string): Promise<GitResult<string>> {
    return (await this.commitsOf(path, { start: branch })).start
  }

  /** The commits at a ref, at an agent's branch, and where a branch stands, read by one git process. */
  async commitsOf(
    path: string,
    { base, own, start }: { base?: string; own?: string; start: string },
  ): Promise<{ base: string | undefined; own: string | undefined; start: GitResult<string> }> {
    const names = [base, own && `refs/heads/${own}`, `refs/heads/${start}`, `refs/remotes/origin/${start}`]
    const format = '--format=%(objectname) %(refname)'
    const known = names.filter((name) => name !== undefined)
    const output = await this.#git([`--git-dir=${path}`, 'for-each-ref', format, ...known])
    const lines = succeeded(output, 'reading branches').split('\n')
    const [atBase, atOwn, mine, origins] = names.map(
      (name) => lines.find((line) => line.split(' ')[1] === name)?.split(' ')[0],
    )
    const commit = mine ?? origins
    return { base: atBase, own: atOwn, start: commit ? ok(commit) : branchNotFound(start, []) }
  }
}

function readListing(listing: string, wanted: string | undefined): GitResult<RepositoryInfo> {
  const lines = listing.split('\n').map((line) => line.split('\t'))
  const symbolic = lines.find(([left, name]) => name === 'HEAD' && left?.startsWith('ref: '))?.[0]
  const commits = new Map(
    lines.flatMap(([commit = '', name = '']) =>
      name.startsWith('refs/heads/') ? [[name.slice('refs/heads/'.length), commit] as const] : [],
    ),
  )
  const branches = [...commits.keys()]
  const branch = wanted ?? symbolic?.replace('ref: refs/heads/', '') ?? branches[0] ?? 'main'
  const commit = commits.get(branch)
  return commit ? ok({ branch, commit, branches }) : branchNotFound(branch, branches)
}

function branchNotFound(branch: string, branches: readonly string[]): GitResult<never> {
  const known = branches.length > 0 ? ` It has ${branches.slice(0, 10).join(', ')}.` : ''
  return err({
    code: 'BRANCH_NOT_FOUND',
    message: `The repository has no branch ${branch}.${known}`,
    field: 'branch',
    details: { branch, branches: branches.slice(0, 100) },
  })
}
