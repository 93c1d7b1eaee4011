import { ok } from '@mosaic/contracts/kernel'
import type { Commit, CommitRequest, GitResult } from './contract/index.ts'
import { pushBranch } from './push.ts'
import { commitSecretFree } from './commit-tree.ts'
import { countsOf } from './counts.ts'
import { scanRange } from './examine.ts'
import { stageAll } from './staging.ts'
import { type Tip, type Work, withTrailers } from './work.ts'
import { keepIndex } from './worktree-folder.ts'

/** Plumbing, not `git commit`; the branch moves in one step. */
export async function commitAndPush(work: Work, request: CommitRequest): Promise<GitResult<Commit>> {
  const tip = await work.tip()
  const earlier = await findEarlier(work, request)
  if (earlier) return finish(work, earlier, { leftOut: [], alreadyMade: true })

  const made = await makeCommit(work, tip, withTrailers(request.message, request.trailers))
  if (made.ok) return finish(work, made.value.commit, { leftOut: made.value.leftOut, alreadyMade: false })
  const isLeftOver = made.error.code === 'NOTHING_TO_COMMIT' && (await isUnpushed(work, tip.commit))
  return isLeftOver ? pushLeftOver(work, tip.commit) : made
}

type Made = { readonly commit: string; readonly leftOut: readonly string[] }

async function makeCommit(work: Work, tip: Tip, message: string): Promise<GitResult<Made>> {
  await using quarantine = await work.quarantine()
  const staged = await work.still(() => stageAll(work, tip, quarantine))
  if (!staged.ok) return staged
  const { tree, leftOut } = staged.value
  const commit = await commitSecretFree(work, { parent: tip.commit, tree, message, quarantine })
  if (!commit.ok) return commit
  const approved = await work.approve('pre-commit', commit.value)
  if (!approved.ok) return approved
  // Before the branch moves: an index that is ahead of its branch is only a change that is not committed yet.
  await keepIndex(work.worktree)
  await work.read(['update-ref', work.branchRef, commit.value, tip.commit])
  return ok({ commit: commit.value, leftOut })
}

async function finish(
  work: Work,
  commit: string,
  { leftOut, alreadyMade }: Pick<Commit, 'leftOut' | 'alreadyMade'>,
): Promise<GitResult<Commit>> {
  const counts = await countsOf(work, commit)
  const pushed = await pushBranch(work, (await work.tip()).commit)
  return ok({ commit, branch: work.worktree.branch, ...counts, leftOut, alreadyMade, ...pushed })
}

/** The commit of this very step, made before a crash that kept us from saying so. */
async function findEarlier(work: Work, { trailers, idempotencyTrailer }: CommitRequest): Promise<string | undefined> {
  const wanted = idempotencyTrailer === undefined ? undefined : trailers[idempotencyTrailer]
  if (wanted === undefined) return undefined
  const format = `%H %(trailers:key=${idempotencyTrailer},valueonly,separator=%x2C)`
  const log = await work.read(['log', `--format=${format}`, `${work.worktree.baseCommit}..${work.branchRef}`, '--'])
  const line = log.split('\n').find((text) => text.slice(text.indexOf(' ') + 1) === wanted)
  return line?.split(' ')[0]
}

export async function isUnpushed(work: Work, tip: string): Promise<boolean> {
  const { baseCommit, branch } = work.worktree
  return tip !== baseCommit && (await work.commitAt(`refs/remotes/origin/${branch}`)) !== tip
}

/** An earlier push failed, or somebody committed past us (a plain process can): those commits go out now. */
async function pushLeftOver(work: Work, tip: string): Promise<GitResult<Commit>> {
  const scanned = await scanRange(work, work.worktree.baseCommit, tip)
  return scanned.ok ? finish(work, tip, { leftOut: [], alreadyMade: true }) : scanned
}
