import { err, ok } from '@mosaic/contracts/kernel'
import { GitFault, type GitResult, type Merge, type MergeRequest } from './contract.ts'
import { succeeded } from './failures.ts'
import { pushBranch } from './push.ts'
import { tryMerge, type Work, withTrailers } from './work.ts'
import { keepIndex } from './worktree-folder.ts'

/** Merges `theirs`, a commit of the mirror. The worktree follows before the branch does: a crash between loses nothing. */
export async function mergeAndPush(work: Work, theirs: string, request: MergeRequest): Promise<GitResult<Merge>> {
  const { commit: tip } = await work.tip()
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
  const attempt = await tryMerge(work, tip, theirs)
  if (!attempt) throw new GitFault('git merge-tree failed; merging needs git 2.38 or later')
  if (attempt.conflicts.length > 0) {
    return (await hasChanges(work)) ? uncommitted() : conflict(request.branch, attempt.conflicts)
  }
  const message = withTrailers(`Merge branch '${request.branch}'`, request.trailers)
  const parents = ['-p', tip, '-p', theirs]
  const commit = (await work.read(['commit-tree', attempt.tree, ...parents, '-F', '-'], { input: message })).trim()
  const followed = await followIfClean(work, tip, commit)
  if (!followed.ok) return followed
  await work.read(['update-ref', work.branchRef, commit, tip])
  return ok(commit)
}

const statusScript = 'git status --porcelain -z --ignore-submodules=all --untracked-files=normal'

const begin = `set -eu
next=$PRIVATE/next
rm -rf "$next" "$next.lock"
export GIT_INDEX_FILE="$next"
if [ -f "$PRIVATE/index" ]; then cp -p "$PRIVATE/index" "$next"; else git read-tree HEAD; fi
`

export async function hasChanges(work: Work): Promise<boolean> {
  const output = await work.runInside({ script: `${begin}exec ${statusScript}`, writes: false })
  return succeeded(output, 'git status') !== ''
}

const isDirty = 3
const followScript = `${begin}[ -z "$(${statusScript} | head -c 1 | tr '\\0' x)" ] || exit ${isDirty}
exec git read-tree -m -u "$TIP" "$COMMIT"`

/** Both at once: between a look and the change nobody gets a turn. */
async function followIfClean(work: Work, tip: string, commit: string): Promise<GitResult<void>> {
  const variables = { TIP: tip, COMMIT: commit }
  const output = await work.runInside({ script: followScript, variables, writes: true })
  if (output.code === isDirty) return uncommitted()
  succeeded(output, 'writing the merged files')
  await keepIndex(work.worktree)
  return ok(undefined)
}

function uncommitted(): GitResult<never> {
  return err({ code: 'UNCOMMITTED_CHANGES', message: 'Commit what has changed before merging another branch.' })
}

function conflict(branch: string, files: readonly string[]): GitResult<never> {
  return err({
    code: 'MERGE_CONFLICT',
    message: `${branch} conflicts in ${files.slice(0, 10).join(', ')}. Nothing was changed.`,
    details: { files },
  })
}
