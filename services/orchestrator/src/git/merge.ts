import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { err, ok } from '@mosaic/contracts/kernel'
import { GitFault, type GitResult, type Merge, type MergeRequest } from './contract.ts'
import { pushBranch } from './push.ts'
import { tryMerge, type Work, withTrailers } from './work.ts'

/** Merges `theirs`, a commit of the mirror. The worktree follows before the branch does: a crash between loses nothing. */
export async function mergeAndPush(work: Work, theirs: string, request: MergeRequest): Promise<GitResult<Merge>> {
  const tip = await work.tip()
  const { branch } = work.worktree
  if (await work.isAncestor(theirs, tip)) {
    const { pushed, pushError } = await pushBranch(work, tip)
    return ok({
      commit: tip,
      branch,
      merged: request.branch,
      changed: false,
      pushed,
      ...(pushError ? { pushError } : {}),
    })
  }
  const commit = await work.still(() => merge(work, { tip, theirs, request }))
  if (!commit.ok) return commit
  const { pushed, pushError } = await pushBranch(work, commit.value)
  return ok({
    commit: commit.value,
    branch,
    merged: request.branch,
    changed: true,
    pushed,
    ...(pushError ? { pushError } : {}),
  })
}

async function merge(
  work: Work,
  { tip, theirs, request }: { tip: string; theirs: string; request: MergeRequest },
): Promise<GitResult<string>> {
  if (await hasChanges(work)) {
    return err({ code: 'UNCOMMITTED_CHANGES', message: 'Commit what has changed before merging another branch.' })
  }
  const attempt = await tryMerge(work, tip, theirs)
  if (!attempt) throw new GitFault('git merge-tree failed; merging needs git 2.38 or later')
  if (attempt.conflicts.length > 0) return conflict(request.branch, attempt.conflicts)

  const message = withTrailers(`Merge branch '${request.branch}'`, request.trailers)
  const parents = ['-p', tip, '-p', theirs]
  const commit = (await work.read(['commit-tree', attempt.tree, ...parents, '-F', '-'], { input: message })).trim()
  await work.read(['read-tree', '-m', '-u', tip, commit])
  await keepOwner(work.worktree.path)
  await work.read(['update-ref', work.branchRef, commit, tip])
  return ok(commit)
}

export async function hasChanges(work: Work): Promise<boolean> {
  const status = await work.read(['status', '--porcelain', '-z', '--ignore-submodules=all', '--untracked-files=normal'])
  return status !== ''
}

function conflict(branch: string, files: readonly string[]): GitResult<never> {
  return err({
    code: 'MERGE_CONFLICT',
    message: `${branch} conflicts in ${files.slice(0, 10).join(', ')}. Nothing was changed.`,
    details: { files },
  })
}

/** Root's files in a worktree that was given to the sandbox's user would be out of the agent's reach. */
async function keepOwner(path: string): Promise<void> {
  const { uid, gid } = await lstat(path)
  if (process.getuid?.() === 0 && uid !== 0) await promisify(execFile)('chown', ['-RhP', `${uid}:${gid}`, '--', path])
}
