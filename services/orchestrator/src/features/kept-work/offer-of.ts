import type { KeptWork } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { isLive } from '../../domain/agent-session/index.ts'
import type { AgentBranch, AgentBranches } from '../../git/index.ts'
import { type AgentWork, type Refused, workOf } from '../agent-work/branch-of.ts'
import type { Caller } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

type Offer = {
  readonly work: AgentWork
  readonly kept: KeptWork
  readonly branch: AgentBranch
  readonly branches: AgentBranches
}

/** What a session that is over had not committed, where nobody has decided about it yet. */
export async function offerOf(deps: FeatureDeps, sessionId: string, caller: Caller): Promise<Result<Offer, Refused>> {
  const found = await inTime(workOf(deps, sessionId, caller))
  if (!found.ok) return found
  const { session, kept, branches, of } = found.value
  if (isLive(session)) {
    return err({ code: 'SESSION_NOT_OVER', message: `the session is ${session.status}: it works on this` })
  }
  if (session.successorSessionId !== null) {
    const message = `${session.successorSessionId} goes on with this`
    return err({ code: 'SESSION_CONTINUED', message })
  }
  if (kept === null || session.place?.kind !== 'worktree') {
    return err({ code: 'NOTHING_KEPT', message: 'it left nothing uncommitted, or that has been decided already' })
  }
  const { baseCommit } = session.place
  const { taskId } = session.spec
  const { allowed } = session.work
  const rules = deps.redactor.rules.of(caller.workspaceId)
  const { repository, branch: name, base: baseBranch } = of
  const branch = { agentId: sessionId, taskId, repository, branch: name, baseBranch, baseCommit, allowed, rules }
  return ok({ work: found.value, kept, branch, branches })
}
