import type { Push } from '@mosaic/contracts/agent-session'
import type { Commit, GitError } from './contract.ts'
import { pushFailed, unreachable } from './failures.ts'
import type { GitOutput } from './git-command.ts'
import type { OriginOptions } from './origins.ts'
import { tryMerge, type Work } from './work.ts'

export type PushOutcome = Pick<Commit, 'push' | 'conflictsWithBase'>

export const failedPush = ({ code, message }: GitError): Push => ({ state: 'failed', code, message })

/** Looks at origin first: has its branch moved on without us, would ours merge into its base? Never forces. */
export async function pushBranch(work: Work, tip: string): Promise<PushOutcome> {
  const { worktree } = work
  const origin = await work.originOptions()
  if (!origin.ok) return { push: failedPush(origin.error), conflictsWithBase: [] }
  const fetch = ['fetch', '--quiet', '--prune', '--update-shallow', ...origin.value.fetch, 'origin']
  const fetched = await work.exclusively(() => work.run(fetch, { network: true }))
  if (fetched.code !== 0) {
    return { push: failedPush(unreachable(worktree.repository, fetched).error), conflictsWithBase: [] }
  }
  const conflictsWithBase = await conflictsWithOrigin(work, tip)
  return { push: await pushTip(work, tip, origin.value), conflictsWithBase }
}

async function pushTip(work: Work, tip: string, origin: OriginOptions): Promise<Push> {
  const { branch } = work.worktree
  const theirs = await work.commitAt(`refs/remotes/origin/${branch}`)
  // Also where somebody has gone on from there.
  if (theirs && (await work.isAncestor(tip, theirs))) return { state: 'pushed', as: branch }
  if (theirs && !(await work.isAncestor(theirs, tip))) {
    const message = `The push was refused: somebody else has changed ${branch} at origin, to ${theirs.slice(0, 12)}. Nothing is forced: to go on from there, merge_branch ${branch} and commit again.`
    return failedPush({ code: 'PUSH_REJECTED', message })
  }
  const pushed = await sendTo(work, origin, { commit: tip, ref: `refs/heads/${branch}` })
  if (pushed.code === 0) return { state: 'pushed', as: branch }
  const refused = failedPush(pushFailed(work.worktree.repository, pushed))
  if (!isNameTaken(pushed)) return refused
  const otherName = branch.replaceAll('/', '-')
  const elsewhere = await sendTo(work, origin, { commit: tip, ref: `refs/heads/${otherName}` })
  return elsewhere.code === 0 ? { state: 'pushed', as: otherName } : refused
}

export function sendTo(
  work: Work,
  { push }: OriginOptions,
  { commit, ref }: { commit: string; ref: string },
): Promise<GitOutput> {
  const command = ['push', '--porcelain', '--no-verify', ...push, 'origin', `${commit}:${ref}`]
  return work.run(command, { network: true })
}

/** Somebody has the branch checked out, or a branch of origin is named like the folder of ours. */
const isNameTaken = ({ stdout, stderr }: GitOutput): boolean =>
  /branch is currently checked out|cannot lock ref|directory file conflict|failed to update ref|refusing to update checked out branch/i.test(
    stdout + stderr,
  )

async function conflictsWithOrigin(work: Work, tip: string): Promise<readonly string[]> {
  const { baseBranch } = work.worktree
  const commit = baseBranch && (await work.commitAt(`refs/remotes/origin/${baseBranch}`))
  if (!commit) return []
  return (await tryMerge(work, tip, commit))?.conflicts ?? []
}
