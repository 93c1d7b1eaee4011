import { ok } from '@mosaic/contracts/kernel'
import { isUnpushed } from './commit.ts'
import type { GitResult, Pushed } from './contract/index.ts'
import { examine, scanRange } from './examine.ts'
import { pushKept } from './keep.ts'
import { keptRef } from './names.ts'
import { failedPush, pushBranch } from './push.ts'
import type { Work } from './work.ts'

/** Sends the branch as the mirror has it; the worktree may be gone. `null`: nothing was committed on it. */
export async function pushOwnBranch(work: Work): Promise<GitResult<Pushed | null>> {
  const { branch, baseCommit } = work.worktree
  const commit = await work.commitAt(work.branchRef)
  if (!commit || commit === baseCommit) return ok(null)
  if (!(await isUnpushed(work, commit))) return ok({ commit, push: { state: 'pushed', as: branch } })
  const scanned = await scanRange(work, baseCommit, commit)
  return ok({ commit, push: scanned.ok ? (await pushBranch(work, commit)).push : failedPush(scanned.error) })
}

/** The same for what a session had not committed at its end. */
export async function pushKeptWork(work: Work, sessionId: string): Promise<GitResult<Pushed | null>> {
  const ref = keptRef(sessionId)
  const [commit, tip] = [await work.commitAt(ref), await work.commitAt(`${ref}^1`)]
  if (!commit || !tip) return ok(null)
  const secrets = await examine(work, { from: tip, tree: `${commit}^{tree}`, message: '', env: {} })
  if (!secrets.ok) return secrets
  return ok({ commit, push: await pushKept(work, ref, { tip, commit, secrets: secrets.value }) })
}
