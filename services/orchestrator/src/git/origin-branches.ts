import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, RepositoryInfo } from './contract/index.ts'
import { isWorkBranch, nameInstead } from './names.ts'

/** An agent's branch may be there in place of its own name under another. */
export const namesAtOrigin = (branch: string): readonly string[] =>
  isWorkBranch(branch) && branch !== nameInstead(branch) ? [branch, nameInstead(branch)] : [branch]

/** One of two names is not there; git minds that of a name, and not of a pattern. */
export const refspecsOf = (branch: string): readonly string[] => {
  const names = namesAtOrigin(branch)
  const patterns = names.length === 1 ? names : names.map((name) => `${name}*`)
  return patterns.map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`)
}

/** What `ls-remote --symref` says of HEAD and the branches. Without a wanted one: the default branch. */
export function readListing(listing: string, wanted: string | undefined): GitResult<RepositoryInfo> {
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

export function branchNotFound(branch: string, branches: readonly string[]): GitResult<never> {
  const known =
    branches.length > 0
      ? ` It has ${branches.slice(0, 10).join(', ')}.`
      : ' It has none: nothing is committed in it yet.'
  return err({
    code: 'BRANCH_NOT_FOUND',
    message: `The repository has no branch ${branch}.${known}`,
    field: 'branch',
    details: { branch, branches: branches.slice(0, 100) },
  })
}
