import type { Push } from '@mosaic/contracts/agent-session'
import { ok } from '@mosaic/contracts/kernel'
import { countsOf, isUnpushed } from './commit.ts'
import type { GitError, GitResult, Kept, KeepRequest } from './contract.ts'
import { examine, scanRange } from './examine.ts'
import { pushFailed } from './failures.ts'
import { keptRef } from './names.ts'
import { failedPush, sendTo } from './push.ts'
import type { Quarantine } from './quarantine.ts'
import { placesOf, type SecretFinding } from './secrets.ts'
import { stageAll } from './staging.ts'
import { type Tip, type Work, withTrailers } from './work.ts'

type Changes = { readonly tip: string; readonly commit: string; readonly secrets: readonly SecretFinding[] }

/** What a session leaves uncommitted, beside its branch: the branch is the agent's word, this is what it had not said. */
export async function keepUncommitted(work: Work, request: KeepRequest): Promise<GitResult<Kept>> {
  const tip = await work.tip()
  await using quarantine = await work.quarantine()
  const staged = await work.still(() => stageAll(work, tip, quarantine))
  if (!staged.ok) return staged.error.code === 'NOTHING_TO_COMMIT' ? nothingButLeftOut(staged.error) : staged
  const { tree, leftOut } = staged.value
  const changes = await commitChanges(work, { tip, tree, quarantine, request })
  if (!changes.ok) return changes
  const ref = keptRef(request.sessionId)
  const { commit } = changes.value
  await work.read(['update-ref', ref, commit])
  const counts = await countsOf(work, commit)
  const push = request.push ? await pushKept(work, ref, changes.value) : notTried
  return ok({ work: { ref, commit, ...counts, mirror: work.worktree.mirrorPath, push }, leftOut })
}

const notTried = failedPush({ code: 'PUSH_REJECTED', message: 'it has not been tried yet' })

const nothingButLeftOut = ({ details }: GitError): GitResult<Kept> =>
  ok({ work: null, leftOut: (details?.['leftOut'] as readonly string[] | undefined) ?? [] })

async function commitChanges(
  work: Work,
  { tip, tree, quarantine, request }: { tip: Tip; tree: string; quarantine: Quarantine; request: KeepRequest },
): Promise<GitResult<Changes>> {
  const message = withTrailers(`wip: what ${request.sessionId} had not committed`, request.trailers)
  const env = quarantine.environment
  const secrets = await examine(work, { from: tip.commit, tree, message, env })
  if (!secrets.ok) return secrets
  const earlier = await sameCommit(work, keptRef(request.sessionId), { parent: tip.commit, tree })
  if (earlier) return ok({ tip: tip.commit, commit: earlier, secrets: secrets.value })
  const create = ['commit-tree', tree, '-p', tip.commit, '-F', '-']
  const commit = (await work.read(create, { input: message, env })).trim()
  await quarantine.release()
  return ok({ tip: tip.commit, commit, secrets: secrets.value })
}

/** Made before a crash that kept us from saying so. */
async function sameCommit(work: Work, ref: string, wanted: { parent: string; tree: string }) {
  const found = await work.run(['rev-parse', ref, `${ref}^1`, `${ref}^{tree}`])
  const [commit, parent, tree] = found.stdout.split('\n')
  return found.code === 0 && parent === wanted.parent && tree === wanted.tree ? commit : undefined
}

/** Nothing else is ever pushed there, so nobody is asked what is there now. */
export async function pushKept(work: Work, ref: string, { tip, commit, secrets }: Changes): Promise<Push> {
  const { repository, baseCommit } = work.worktree
  if (secrets.length > 0) {
    const message = `It holds secrets, so it stays on this machine: ${placesOf(secrets)}`
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
