import type { Commit, GitError } from './contract.ts'
import { pushRejected, unreachable } from './failures.ts'
import type { GitOutput } from './git-command.ts'
import type { OriginOptions } from './origins.ts'
import { tryMerge, type Work } from './work.ts'

export type PushOutcome = Pick<Commit, 'pushed' | 'pushedAs' | 'pushError' | 'conflictsWithBase'>

/** Looks at origin first: has its branch moved on without us, would ours merge into its base? Never forces. */
export async function pushBranch(work: Work, tip: string): Promise<PushOutcome> {
  const { worktree } = work
  const origin = await work.originOptions()
  if (!origin.ok) return notPushed(origin.error, [])
  const fetch = ['fetch', '--quiet', '--prune', '--update-shallow', ...origin.value.fetch, 'origin']
  const fetched = await work.exclusively(() => work.run(fetch, { network: true }))
  if (fetched.code !== 0) {
    const failure = unreachable(worktree.repository, fetched)
    return failure.ok ? { pushed: false, conflictsWithBase: [] } : notPushed(failure.error, [])
  }
  const conflictsWithBase = await conflictsWith(work, tip, `refs/remotes/origin/${worktree.baseBranch}`)
  const theirs = await commitAt(work, `refs/remotes/origin/${worktree.branch}`)
  if (theirs && !(await work.isAncestor(theirs, tip))) {
    const message = `The push was refused: origin's ${worktree.branch} holds commits that this worktree does not have.`
    return notPushed({ code: 'PUSH_REJECTED', message, details: { theirs } }, conflictsWithBase)
  }
  if (theirs === tip) return { pushed: true, conflictsWithBase }
  const pushed = await pushTo(work, tip, worktree.branch, origin.value)
  if (pushed.code === 0) return { pushed: true, conflictsWithBase }
  if (!isNameTaken(pushed)) return notPushed(pushRejected(pushed), conflictsWithBase)
  const otherName = worktree.branch.replaceAll('/', '-')
  const elsewhere = await pushTo(work, tip, otherName, origin.value)
  if (elsewhere.code !== 0) return notPushed(pushRejected(pushed), conflictsWithBase)
  return { pushed: true, pushedAs: otherName, conflictsWithBase }
}

function pushTo(work: Work, tip: string, branch: string, { push }: OriginOptions): Promise<GitOutput> {
  const refspec = `${tip}:refs/heads/${branch}`
  return work.run(['push', '--porcelain', '--no-verify', ...push, 'origin', refspec], { network: true })
}

/** Somebody has the branch checked out, or a branch of origin is named like the folder of ours. */
const isNameTaken = ({ stdout, stderr }: GitOutput): boolean =>
  /branch is currently checked out|cannot lock ref|directory file conflict|failed to update ref|refusing to update checked out branch/i.test(
    stdout + stderr,
  )

function notPushed(pushError: GitError, conflictsWithBase: readonly string[]): PushOutcome {
  return { pushed: false, pushError, conflictsWithBase }
}

async function conflictsWith(work: Work, tip: string, base: string): Promise<readonly string[]> {
  const commit = await commitAt(work, base)
  if (!commit) return []
  return (await tryMerge(work, tip, commit))?.conflicts ?? []
}

async function commitAt(work: Work, ref: string): Promise<string | undefined> {
  const output = await work.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  return output.code === 0 ? output.stdout.trim() : undefined
}
