import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, Merge, MergeRequest } from './contract/index.ts'
import { countsOf } from './counts.ts'
import { succeeded } from './failures.ts'
import { mergeTrees } from './merge-trees.ts'
import { pushBranch } from './push.ts'
import { namePipe } from './staging.ts'
import { type Work, withTrailers } from './work.ts'
import { keepIndex } from './worktree-folder.ts'

/** Merges `theirs`, a commit of the mirror. The worktree follows before the branch does: a crash between loses nothing. */
export async function mergeAndPush(work: Work, theirs: string, request: MergeRequest): Promise<GitResult<Merge>> {
  const { commit: tip } = await work.tip()
  if (await work.isAncestor(theirs, tip)) return finish(work, request, { commit: tip, changed: false })
  const commit = await merge(work, { tip, theirs, request })
  return commit.ok ? finish(work, request, { commit: commit.value, changed: true }) : commit
}

async function finish(
  work: Work,
  request: MergeRequest,
  { commit, changed }: Pick<Merge, 'commit' | 'changed'>,
): Promise<GitResult<Merge>> {
  const counts = changed ? await countsOf(work, commit) : { files: 0, insertions: 0, deletions: 0 }
  const { push } = await pushBranch(work, commit)
  const { branch } = work.worktree
  return ok({ commit, branch, message: subjectOf(request), ...counts, merged: request.branch, changed, push })
}

const subjectOf = ({ branch }: MergeRequest) => `Merge branch '${branch}'`

async function merge(
  work: Work,
  { tip, theirs, request }: { tip: string; theirs: string; request: MergeRequest },
): Promise<GitResult<string>> {
  const { tree, conflicts } = await mergeTrees((args) => work.run(args), tip, theirs)
  if (conflicts.length > 0) {
    return (await isChanged(work)) ? uncommitted() : conflict(request.branch, conflicts)
  }
  const message = withTrailers(subjectOf(request), request.trailers)
  const parents = ['-p', tip, '-p', theirs]
  const commit = (await work.read(['commit-tree', tree, ...parents, '-F', '-'], { input: message })).trim()
  // What the gates look at would not be merged anyway.
  if (request.approve && (await isChanged(work))) return uncommitted()
  const approved = await work.approve('pre-commit', commit)
  if (!approved.ok) return approved
  const followed = await work.still(() => followIfClean(work, tip, commit))
  if (!followed.ok) return followed
  await work.read(['update-ref', work.branchRef, commit, tip])
  return ok(commit)
}

const statusScript = 'git status --porcelain -z --no-renames --ignore-submodules=all --untracked-files=normal'

const begin = `set -eu
next=$PRIVATE/next
rm -rf "$next" "$next.lock"
export GIT_INDEX_FILE="$next"
if [ -f "$PRIVATE/index" ]; then cp -p "$PRIVATE/index" "$next"; else git read-tree HEAD; fi
`

export async function changedFiles(work: Work): Promise<readonly string[]> {
  const script = `${namePipe}${begin}watched ${statusScript}`
  const output = await work.runInside({ script, writes: false })
  const entries = succeeded(output, 'git status').split('\0')
  // `XY path`
  return entries.flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]))
}

const isChanged = async (work: Work) => (await work.still(() => changedFiles(work))).length > 0

const isDirty = 3
const followScript = `${namePipe}${begin}[ -z "$(watched ${statusScript} | head -c 1 | tr '\\0' x)" ] || exit ${isDirty}
watched git read-tree -m -u "$TIP" "$COMMIT"`

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
