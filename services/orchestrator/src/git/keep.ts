import type { Push } from '@mosaic/contracts/agent-session'
import { ok } from '@mosaic/contracts/kernel'
import { keptForSecrets } from '@mosaic/contracts/secrets'
import { commitTree, examineStaged, type StagedTree } from './commit-tree.ts'
import { isUnpushed } from './commit.ts'
import type { GitError, GitResult, Kept, KeepRequest } from './contract/index.ts'
import { countsOf } from './counts.ts'
import { scanRange, type Secrets } from './examine.ts'
import { pushFailed } from './failures.ts'
import { keptRef } from './names.ts'
import { failedPush, sendTo } from './push.ts'
import { stageAll } from './staging.ts'
import { type Work, withTrailers } from './work.ts'

type Changes = { readonly tip: string; readonly commit: string; readonly secrets: Secrets }

/** What a session leaves uncommitted, beside its branch: the branch is the agent's word, this is what it had not said. */
export async function keepUncommitted(work: Work, request: KeepRequest): Promise<GitResult<Kept>> {
  const tip = await work.tip()
  await using quarantine = await work.quarantine()
  const staged = await work.still(() => stageAll(work, tip, quarantine))
  if (!staged.ok) return staged.error.code === 'NOTHING_TO_COMMIT' ? nothingButLeftOut(staged.error) : staged
  const { tree, leftOut } = staged.value
  const message = withTrailers(`wip: what ${request.sessionId} had not committed`, request.trailers)
  const ref = keptRef(request.sessionId)
  const changes = await commitChanges(work, ref, { parent: tip.commit, tree, message, quarantine })
  if (!changes.ok) return changes
  const { commit } = changes.value
  await work.read(['update-ref', ref, commit])
  const counts = await countsOf(work, commit)
  const push = request.push ? await pushKept(work, ref, changes.value) : notTried
  return ok({ work: { ref, commit, ...counts, mirror: work.worktree.mirrorPath, push }, leftOut })
}

const notTried = failedPush({ code: 'PUSH_REJECTED', message: 'it has not been tried yet' })

const nothingButLeftOut = ({ details }: GitError): GitResult<Kept> =>
  ok({ work: null, leftOut: (details?.['leftOut'] as readonly string[] | undefined) ?? [] })

async function commitChanges(work: Work, ref: string, staged: StagedTree): Promise<GitResult<Changes>> {
  const secrets = await examineStaged(work, staged)
  if (!secrets.ok) return secrets
  const commit = (await sameCommit(work, ref, staged)) ?? (await commitTree(work, staged))
  return ok({ tip: staged.parent, commit, secrets: secrets.value })
}

/** Made before a crash that kept us from saying so. */
async function sameCommit(work: Work, ref: string, wanted: Pick<StagedTree, 'parent' | 'tree'>) {
  const found = await work.run(['rev-parse', ref, `${ref}^1`, `${ref}^{tree}`])
  const [commit, parent, tree] = found.stdout.split('\n')
  return found.code === 0 && parent === wanted.parent && tree === wanted.tree ? commit : undefined
}

/** Nothing else is ever pushed there, so nobody is asked what is there now. */
export async function pushKept(work: Work, ref: string, { tip, commit, secrets }: Changes): Promise<Push> {
  const { repository, baseCommit } = work.worktree
  if (secrets === null) {
    const message = 'It is too much to be looked through for secrets, so it stays on this machine.'
    return failedPush({ code: 'COMMIT_TOO_LARGE', message })
  }
  if (secrets.length > 0) {
    const message = keptForSecrets(secrets)
    return failedPush({ code: 'SECRET_FOUND', message })
  }
  if (await isUnpushed(work, tip)) {
    const scanned = await scanRange(work, baseCommit, tip)
    if (!scanned.ok) return failedPush(scanned.error)
  }
  const origin = await work.originOptions()
  if (!origin.ok) return failedPush(origin.error)
  const sent = await sendTo(work, origin.value, { commit, ref })
  return sent.code === 0 ? { state: 'pushed', as: ref } : failedPush(pushFailed(repository, sent))
}
