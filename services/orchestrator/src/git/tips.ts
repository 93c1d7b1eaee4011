import { err, ok } from '@mosaic/contracts/kernel'
import type { BranchOf, GitResult } from './contract/index.ts'
import { succeeded } from './failures.ts'
import type { GitCall, GitOutput, RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'

/** git on one mirror. */
export class OnMirror {
  readonly path: string
  readonly #git: RunGit

  constructor(git: RunGit, path: string) {
    this.#git = git
    this.path = path
  }

  run(args: readonly string[], call?: GitCall): Promise<GitOutput> {
    return this.#git([`--git-dir=${this.path}`, ...args], call)
  }

  async read(args: readonly string[], call?: GitCall): Promise<string> {
    return succeeded(await this.run(args, call), `git ${args[0]}`)
  }

  async commitAt(ref: string): Promise<string | undefined> {
    const found = await this.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    return found.code === 0 ? found.stdout.trim() : undefined
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.read(['rev-parse', `${commit}^{tree}`])).trim()
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.run(['merge-base', '--is-ancestor', ancestor, descendant])).code === 0
  }
}

export type TipsDeps = { readonly git: RunGit; readonly mirrors: Pick<Mirrors, 'upToDate'> }

/** Where a branch and its base stand, and the mirror that has both. */
export type Tips = { readonly mirror: OnMirror; readonly branch: string; readonly base: string }

/** The base as origin has it now. */
export async function baseTip(
  { git, mirrors }: TipsDeps,
  { repository, base }: Pick<BranchOf, 'repository' | 'base'>,
): Promise<GitResult<Omit<Tips, 'branch'>>> {
  const found = await mirrors.upToDate(repository, base)
  if (!found.ok) return found
  const mirror = new OnMirror(git, found.value)
  const commit = await mirror.commitAt(`refs/remotes/origin/${base}`)
  return commit ? ok({ mirror, base: commit }) : missing(base)
}

/** Where branch and base stand now. The branch at origin counts where somebody has gone on there. */
export async function tipsOf(deps: TipsDeps, of: BranchOf): Promise<GitResult<Tips>> {
  const { repository, branch, branchAtOrigin = branch } = of
  const based = await baseTip(deps, of)
  if (!based.ok) return based
  const fetched = await deps.mirrors.upToDate(repository, branchAtOrigin)
  if (!fetched.ok) return fetched
  const { mirror } = based.value
  const [mine, theirs] = [
    await mirror.commitAt(`refs/heads/${branch}`),
    await mirror.commitAt(`refs/remotes/origin/${branchAtOrigin}`),
  ]
  const isAhead = !theirs || (mine && (await mirror.isAncestor(theirs, mine)))
  const tip = isAhead ? mine : theirs
  if (!tip) return missing(branch)
  const isRelated = (await mirror.run(['merge-base', based.value.base, tip])).code !== 1
  return isRelated ? ok({ ...based.value, branch: tip }) : unrelated(of)
}

/** Against such a base there is nothing to be shown, and git merges nothing: a branch of pages, or one made anew. */
const unrelated = ({ branch, base }: BranchOf): GitResult<never> =>
  err({ code: 'MERGE_CONFLICT', message: `${branch} and ${base} have no commit in common: nothing can be merged.` })

const missing = (branch: string): GitResult<never> =>
  err({ code: 'BRANCH_NOT_FOUND', message: `The repository has no branch ${branch} any more.` })
