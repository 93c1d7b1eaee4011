import { err, ok } from '@mosaic/contracts/kernel'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { EndedSession, LiveSession } from '../../domain/agent-session/index.ts'
import type { AgentBranch, GitWorkspace } from '../../git/index.ts'
import type { PushedWork } from '../contract.ts'
import { approvedBefore } from './approved-before.ts'
import { worktreeAsked, worktreePlace } from './asked.ts'

/** Where a session's commits are; nowhere while it has no place to make any. */
export function branchOf(
  { spec, place, work }: Pick<LiveSession, 'spec' | 'place' | 'work'>,
  rules: WorkspaceRules,
): AgentBranch | undefined {
  const made = worktreePlace(place)
  if (!made) return undefined
  const { repository, baseBranch } = worktreeAsked(spec)
  const { branch, baseCommit } = made
  const { allowed } = work
  return { agentId: spec.sessionId, taskId: spec.taskId, repository, baseBranch, branch, baseCommit, allowed, rules }
}

/** From the mirror, so that the worktree may be gone. */
export async function pushWork(
  git: Pick<GitWorkspace, 'pushBranch' | 'pushKept'>,
  session: LiveSession | EndedSession,
  rules: WorkspaceRules,
): Promise<PushedWork> {
  const work = branchOf(session, rules)
  if (!work) return ok({ branch: null, uncommitted: null })
  const branch = await git.pushBranch(work, approvedBefore(session))
  if (!branch.ok) return unreachable(branch.error.message)
  const uncommitted = session.work.kept ? await git.pushKept(work) : ok(null)
  if (!uncommitted.ok) return unreachable(uncommitted.error.message)
  return ok({ branch: branch.value, uncommitted: uncommitted.value })
}

const unreachable = (message: string): PushedWork => err({ code: 'REPOSITORY_NOT_FOUND', message })
