import type { Push } from '@mosaic/contracts/agent-session'
import type { Commit, GitError } from './contract/index.ts'
import { pushFailed, unreachable } from './failures.ts'
import type { GitOutput } from './git-command.ts'
import { tryMergeTrees } from './merge-trees.ts'
import { nameInstead } from './names.ts'
import type { OriginOptions } from './origins.ts'
import type { Work } from './work.ts'

export type PushOutcome = Pick<Commit, 'push' | 'conflictsWithBase'>

export const failedPush = ({ code, message }: GitError): Push => ({ state: 'failed', code, message })

/** Looks at origin first: has its branch moved on without us, would ours merge into its base? Never forces. */
export async function pushBranch(work: Work, tip: string): Promise<PushOutcome> {
  const { worktree } = work
  const approved = await work.approve('pre-push', tip)
  if (!approved.ok) return { push: failedPush(approved.error), conflictsWithBase: [] }
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
  const first = await pushAs(work, branch, { tip, origin })
  if (!first.isNameTaken) return first.push
  const elsewhere = await pushAs(work, nameInstead(branch), { tip, origin })
  return elsewhere.push.state === 'pushed' || elsewhere.isChanged ? elsewhere.push : first.push
}

type Attempt = { readonly push: Push; readonly isNameTaken?: boolean; readonly isChanged?: boolean }

async function pushAs(
  work: Work,
  name: string,
  { tip, origin }: { tip: string; origin: OriginOptions },
): Promise<Attempt> {
  const { branch, repository } = work.worktree
  const theirs = await work.commitAt(`refs/remotes/origin/${name}`)
  // Also where somebody has gone on from there.
  if (theirs && (await work.isAncestor(tip, theirs))) return { push: { state: 'pushed', as: name } }
  if (theirs && !(await work.isAncestor(theirs, tip))) {
    const message = `The push was refused: somebody else has changed ${name} at origin, to ${theirs.slice(0, 12)}. Nothing is forced: to go on from there, merge_branch ${branch} and commit again.`
    return { push: failedPush({ code: 'PUSH_REJECTED', message }), isChanged: true }
  }
  const pushed = await sendTo(work, origin, { commit: tip, ref: `refs/heads/${name}` })
  if (pushed.code === 0) return { push: { state: 'pushed', as: name } }
  return { push: failedPush(pushFailed(repository, pushed)), isNameTaken: isNameTaken(pushed) }
}

export async function sendTo(
  work: Work,
  { push }: OriginOptions,
  { commit, ref }: { commit: string; ref: string },
): Promise<GitOutput> {
  const command = ['push', '--porcelain', '--no-verify', ...(await push()), 'origin', `${commit}:${ref}`]
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
  return (await tryMergeTrees((args) => work.run(args), tip, commit))?.conflicts ?? []
}
