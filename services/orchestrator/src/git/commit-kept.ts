import { err, ok } from '@mosaic/contracts/kernel'
import { countsOf } from './counts.ts'
import type { Commit, CommitKept, GitResult } from './contract/index.ts'
import { examine, secretFree } from './examine.ts'
import { mergeTrees } from './merge-trees.ts'
import { pushBranch } from './push.ts'
import { type Work, withTrailers } from './work.ts'

/**
 * What was kept beside a branch becomes its newest commit, by the rules of every commit of its agent's. `at`: where the
 * branch stands, wherever a person may have gone on with it. Asked for again, the commit that is there is answered.
 */
export async function commitKept(work: Work, at: string, request: CommitKept): Promise<GitResult<Commit>> {
  const { branch } = work.worktree
  const merged = await mergeTrees((args) => work.run(args), at, request.kept)
  if (merged.conflicts.length > 0) return conflict(branch, merged.conflicts)
  const { tree } = merged
  const alreadyMade = (await work.read(['rev-parse', `${at}^{tree}`])).trim() === tree
  const made = alreadyMade ? ok(at) : await commitOn(work, at, { ...request, tree })
  if (!made.ok) return made
  const counts = await countsOf(work, made.value)
  const pushed = await pushBranch(work, made.value)
  return ok({ commit: made.value, branch, ...counts, leftOut: [], alreadyMade, ...pushed })
}

async function commitOn(
  work: Work,
  at: string,
  { tree, message, trailers }: CommitKept & { readonly tree: string },
): Promise<GitResult<string>> {
  const text = withTrailers(message, trailers)
  const secrets = await examine(work, { from: at, tree, message: text, env: {} })
  if (!secrets.ok) return secrets
  const fine = secretFree(secrets.value)
  if (!fine.ok) return fine
  const commit = (await work.read(['commit-tree', tree, '-p', at, '-F', '-'], { input: text })).trim()
  await work.read(['update-ref', work.branchRef, commit])
  return ok(commit)
}

const conflict = (branch: string, files: readonly string[]): GitResult<never> =>
  err({
    code: 'MERGE_CONFLICT',
    message: `${branch} has changed since, and what was kept conflicts with it in ${files.slice(0, 10).join(', ')}. Nothing was changed.`,
    details: { files },
  })
