import type { KeptWork } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { AgentSession } from '../../domain/agent-session/index.ts'
import type { AgentBranches, BranchOf, GitError } from '../../git/index.ts'
import type { WorktreesLeft } from '../../runtimes/index.ts'
import type { Caller } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

export type Refused = Rejection<RejectionCode>

/** What a session has made, as its log tells of it. */
export type AgentWork = {
  readonly session: Exclude<AgentSession, { status: 'none' }>
  readonly of: BranchOf
  readonly branches: AgentBranches
  /** What it had not committed at its end. */
  readonly kept: KeptWork | null
  /** Why some of that is in its worktree still. */
  readonly left: { readonly worktree: string; readonly reason: string } | null
  readonly worktreesLeft: WorktreesLeft | null
}

/** The work of a session of the caller's workspace. @throws StoreUnavailableError */
export const workOf = ({ sessions, runtimes }: FeatureDeps, sessionId: string, { workspaceId }: Caller) =>
  sessions.journals.use(sessionId, async (journal): Promise<Result<AgentWork, Refused>> => {
    const session: AgentSession = journal.session
    if (session.status === 'none') return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
    if (journal.workspaceId !== workspaceId) {
      return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' })
    }
    const { spec, place, work } = session
    const runtime = runtimes.get(spec.runtime.kind)
    const branches = runtime?.branches
    if (!branches || spec.workplace.kind !== 'worktree' || place?.kind !== 'worktree') {
      return err({ code: 'BRANCH_NOT_FOUND', message: 'the session has no branch: it never had a worktree' })
    }
    const { repository, baseBranch: base } = spec.workplace
    const { branch, baseCommit: begunAt } = place
    const as = work.head?.push.state === 'pushed' ? work.head.push.as : branch
    const of = { repository, branch, base, begunAt, ...(as !== branch && { branchAtOrigin: as }) }
    const left = work.left && { worktree: place.worktree, reason: work.left.message }
    return ok({ session, of, branches, kept: work.kept, left, worktreesLeft: runtime?.worktreesLeft ?? null })
  })

/** Why git could not, to whoever asked for it. */
export function refusalOf({ code, message, details }: GitError): Refused {
  switch (code) {
    case 'REPOSITORY_NOT_FOUND':
    case 'BRANCH_NOT_FOUND':
    case 'MERGE_CONFLICT':
    case 'BRANCH_CHECKED_OUT':
    case 'PUSH_REJECTED':
    case 'SECRET_FOUND':
    case 'COMMIT_TOO_LARGE':
      return { code, message, ...(details && { details }) }
    default:
      return { code: 'REPOSITORY_UNREACHABLE', message }
  }
}
