import { ok } from '@mosaic/contracts/kernel'
import type { Commit, CommitRequest, GitResult } from './contract.ts'
import { pushBranch } from './push.ts'
import { scanRange, stageAll } from './staging.ts'
import { type Work, withTrailers } from './work.ts'

/** Plumbing, not `git commit`: no hooks, no HEAD that somebody may have moved, and the branch moves in one step. */
export async function commitAndPush(work: Work, request: CommitRequest): Promise<GitResult<Commit>> {
  const tip = await work.tip()
  const earlier = await findEarlier(work, request)
  if (earlier) return finish(work, earlier, { alreadyMade: true })

  const message = withTrailers(request.message, request.trailers)
  const tree = await work.still(() => stageAll(work, tip, message))
  if (!tree.ok) {
    const isLeftOver = tree.error.code === 'NOTHING_TO_COMMIT' && (await isUnpushed(work, tip))
    return isLeftOver ? pushLeftOver(work, tip) : tree
  }
  const commit = (await work.read(['commit-tree', tree.value, '-p', tip, '-F', '-'], { input: message })).trim()
  await work.read(['update-ref', work.branchRef, commit, tip])
  return finish(work, commit, { alreadyMade: false })
}

async function finish(
  work: Work,
  commit: string,
  { alreadyMade }: { alreadyMade: boolean },
): Promise<GitResult<Commit>> {
  const counts = await work.read(['diff', '--shortstat', '--no-ext-diff', '--no-renames', `${commit}^1`, commit, '--'])
  const count = (word: string) => Number(new RegExp(String.raw`(\d+) ${word}`).exec(counts)?.[1] ?? 0)
  const pushed = await pushBranch(work, await work.tip())
  return ok({
    commit,
    branch: work.worktree.branch,
    files: count('file'),
    insertions: count('insertion'),
    deletions: count('deletion'),
    alreadyMade,
    ...pushed,
  })
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

async function isUnpushed(work: Work, tip: string): Promise<boolean> {
  if (tip === work.worktree.baseCommit) return false
  const theirs = await work.run(['rev-parse', '--verify', '--quiet', `refs/remotes/origin/${work.worktree.branch}`])
  return theirs.stdout.trim() !== tip
}

/** An earlier push failed, or somebody committed past us (a plain process can): those commits go out now. */
async function pushLeftOver(work: Work, tip: string): Promise<GitResult<Commit>> {
  const scanned = await scanRange(work, work.worktree.baseCommit, tip)
  return scanned.ok ? finish(work, tip, { alreadyMade: true }) : scanned
}
