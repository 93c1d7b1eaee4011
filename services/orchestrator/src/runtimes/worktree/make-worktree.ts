import { persistently } from '@mosaic/event-store'
import type { AgentSession, LiveSession } from '../../domain/agent-session/index.ts'
import {
  branchNameOf,
  type GitErrorCode,
  type StoredCommit,
  type Worktree,
  type WorktreeRequest,
} from '../../git/index.ts'
import { worktreeAsked, worktreePlace } from './asked.ts'
import type { Run } from './run.ts'
import { takeFromOthers } from './hand-over.ts'
import { SessionFailure } from './session-failure.ts'

const unreachable: ReadonlySet<GitErrorCode> = new Set([
  'REPOSITORY_NOT_FOUND',
  'REPOSITORY_UNREACHABLE',
  'REPOSITORY_NOT_ALLOWED',
  'GIT_TIMEOUT',
])

type Making = Required<Pick<WorktreeRequest, 'isNew' | 'writeInside' | 'onPlaced'>>

/** A worktree on a branch of the session's own, or on that of the session that it continues; or the one that there is. */
export async function makeWorktree(run: Run, session: LiveSession, { isNew, ...making }: Making): Promise<Worktree> {
  const { spec, place, started, work } = session
  const { sessionId, taskId } = spec
  const { repository, baseBranch, from } = worktreeAsked(spec)
  try {
    const before = await persistently(() => run.journal.predecessor(), run.stopping)
    const earlier = before?.status === 'none' ? null : worktreePlace(before?.place ?? null)
    // A name outlives every redaction of the log.
    const named = branchNameOf(run.redactor.text(spec.task), sessionId)
    const made = worktreePlace(place)
    const branch = (made ?? earlier)?.branch ?? named
    const request = {
      repository,
      baseBranch,
      from,
      branch,
      agentId: sessionId,
      taskId,
      epoch: run.epoch,
      isNew: isNew && earlier === null,
      signal: run.halted,
      ...making,
      ...(earlier && { continues: { baseCommit: earlier.baseCommit } }),
      ...(made && started && { resumes: { baseCommit: made.baseCommit } }),
      uncommitted: work.checkpoint ?? (work.head ? undefined : leftBy(before)),
    }
    if (made && !isNew) await takeFromOthers(run, session, made)
    const worktree = await run.deps.git.createWorktree(request)
    if (worktree.ok) return worktree.value
    const code = unreachable.has(worktree.error.code) ? 'REPOSITORY_UNREACHABLE' : 'WORKTREE_FAILED'
    throw new SessionFailure(code, worktree.error.message)
  } catch (error) {
    run.halted.throwIfAborted()
    if (error instanceof SessionFailure) throw error
    throw new SessionFailure('WORKTREE_FAILED', 'the worktree could not be made', { cause: error })
  }
}

/** What could not be kept at its end was kept after its last steps. */
function leftBy(before: AgentSession | undefined): StoredCommit | undefined {
  if (!before || !('work' in before)) return undefined
  const { kept, left, checkpoint } = before.work
  return kept ?? (left ? checkpoint : null) ?? undefined
}
