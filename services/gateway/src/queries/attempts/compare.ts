import type { SessionView, UsageTotal, WorkLook } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { AttemptView, ComparedAttempt, ComparedDiff, ComparedGates } from '@mosaic/contracts/task'
import type { SessionSpent } from '@mosaic/session-tree'

/** How its branch stands, as git has it; asked of nobody where it has made no commit. */
export type Looked = Result<WorkLook, Rejection<RejectionCode>>

/** One attempt as it stands beside the others. */
export function compared(
  attempt: AttemptView,
  found: SessionSpent | undefined,
  { looked, now }: { readonly looked: Looked | undefined; readonly now: Date },
): ComparedAttempt {
  if (!found) return { ...attempt, ...unknown, diffUnknown: 'its session is not known yet' }
  const { session, spent } = found
  const { model, branch, commits, pullRequest } = session
  return {
    ...attempt,
    model,
    branch,
    commits,
    pullRequest,
    gates: gatesOf(session),
    ...diffOf(session, looked),
    ...costOf(spent),
    durationMs: durationOf(session, now),
  }
}

const unknown = {
  model: null,
  branch: null,
  commits: null,
  pullRequest: null,
  gates: null,
  diff: null,
  tokens: null,
  costUsd: null,
  durationMs: null,
}

/** By its newest change: whether that was looked at, and what was said of it. */
export function gatesOf({ gatesSkipped, check }: Pick<SessionView, 'gatesSkipped' | 'check'>): ComparedGates {
  if (gatesSkipped) return { state: 'skipped', by: gatesSkipped.by }
  if (!check) return { state: 'none' }
  const { profile, approved, blocked } = check
  if (approved === null) return { state: 'open', profile }
  const gates = check.gates.map(({ name, kind, passed, ran }) => {
    const said = passed ? ('passed' as const) : ('failed' as const)
    return { name, kind, result: ran ? said : ('skipped' as const) }
  })
  return { state: 'decided', profile, approved, blocked, gates }
}

const nothingChanged: ComparedDiff = {
  files: [],
  moreFiles: 0,
  conflicts: [],
  isMerged: false,
  insertions: 0,
  deletions: 0,
}

function diffOf({ commits }: SessionView, looked: Looked | undefined): Pick<ComparedAttempt, 'diff' | 'diffUnknown'> {
  if (commits === 0) return { diff: nothingChanged, diffUnknown: null }
  if (!looked) return { diff: null, diffUnknown: 'nobody has looked' }
  if (!looked.ok) return { diff: null, diffUnknown: looked.error.message }
  const { files, moreFiles, conflicts, isMerged } = looked.value
  const sum = (of: 'insertions' | 'deletions') => files.reduce((lines, file) => lines + (file[of] ?? 0), 0)
  const lines = { insertions: sum('insertions'), deletions: sum('deletions') }
  return { diff: { files, moreFiles, conflicts, isMerged, ...lines }, diffUnknown: null }
}

/** A sum of which a part is not known is not known. */
function costOf(spent: UsageTotal): Pick<ComparedAttempt, 'tokens' | 'costUsd'> {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, uncountedCalls, unpricedCalls } = spent
  const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
  return { tokens: uncountedCalls > 0 ? null : tokens, costUsd: unpricedCalls > 0 ? null : spent.costUsd }
}

function durationOf({ startedAt, endedAt }: SessionView, now: Date): number | null {
  if (startedAt === null) return null
  const until = endedAt === null ? now : new Date(endedAt)
  return Math.max(0, until.getTime() - new Date(startedAt).getTime())
}
