import { ok } from '@mosaic/contracts/kernel'
import { commitTree } from './commit-tree.ts'
import type { Checkpoint, CheckpointRequest, GitResult } from './contract/index.ts'
import { examineShape } from './examine.ts'
import { checkpointRef } from './names.ts'
import { stageAll } from './staging.ts'
import { type Tip, type Work, withTrailers } from './work.ts'

/**
 * The worktree's files as they are, as a commit on top of the branch and on none. It may hold secrets: nobody pushes it.
 * `null`: they are as they were at the last one, or at the branch where there is none.
 */
export async function takeCheckpoint(work: Work, request: CheckpointRequest): Promise<GitResult<Checkpoint | null>> {
  const { sessionId, revision, last } = request
  const { tip, since } = await standing(work, last)
  await using quarantine = await work.quarantine()
  const staged = await work.still(() => stageAll(work, since, quarantine))
  if (!staged.ok) return staged.error.code === 'NOTHING_TO_COMMIT' ? ok(null) : staged
  const { tree } = staged.value
  const shape = await examineShape(work, { from: tip.commit, tree, env: quarantine.environment })
  if (!shape.ok) return shape
  const message = withTrailers(`checkpoint: after revision ${revision}`, { 'Mosaic-Session': sessionId })
  const commit = await commitTree(work, { parent: tip.commit, tree, message, quarantine })
  const ref = checkpointRef(sessionId, revision)
  await work.read(['update-ref', ref, commit])
  return ok({ ref, commit, files: shape.value.changes.length, mirror: work.worktree.mirrorPath })
}

/** Where the branch stands, and what has to differ for a checkpoint to be worth it. One from before a commit is none. */
async function standing(work: Work, last: string | null): Promise<{ tip: Tip; since: Tip }> {
  const branch = [work.branchRef, `${work.branchRef}^{tree}`]
  const found = last === null ? undefined : await work.run(['rev-parse', ...branch, `${last}^1`, `${last}^{tree}`])
  if (last === null || found?.code !== 0) {
    const tip = await work.tip()
    return { tip, since: tip }
  }
  const [commit = '', tree = '', parent, lastTree = ''] = found.stdout.split('\n')
  const tip = { commit, tree }
  return { tip, since: parent === commit ? { commit: last, tree: lastTree } : tip }
}
