import { orchestratorRoutes, type PruneAnswer } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { isLive } from '../../domain/agent-session/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'
import { type AgentWork, refusalOf, type Refused, workOf } from './branch-of.ts'

/** Takes away what an ended agent has made. What is nowhere else is taken away only when that is asked for. */
export function pruneWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.pruneWork, async ({ params, body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? prune(deps, { sessionId: params.id, ...body }, caller.value) : caller
  })
}

async function prune(
  deps: FeatureDeps,
  { sessionId, unmerged }: { sessionId: string; unmerged: boolean },
  caller: Caller,
): Promise<Result<PruneAnswer, Refused>> {
  const found = await inTime(workOf(deps, sessionId, caller))
  if (!found.ok) return found
  const work = found.value
  const inUse = whyInUse(work)
  if (inUse) return err(inUse)
  const lost = unmerged ? undefined : await whatWouldBeLost(work)
  if (lost) return err(lost)
  const { branch, branchAtOrigin } = work.of
  const names = [branch, ...(branchAtOrigin ? [branchAtOrigin] : [])]
  const refs = [...names.map((name) => `refs/heads/${name}`), ...(work.kept ? [work.kept.ref] : [])]
  const removed = await work.branches.remove(work.of, refs)
  if (!removed.ok) return err(refusalOf(removed.error))
  if (work.left) {
    const gone = await giveUpWorktree(deps, work, caller)
    if (!gone.ok) return gone
  }
  const noted = await commandSession(deps.sessions, { sessionId, command: { type: 'NotePruned', refs }, caller })
  return noted.ok ? ok({ ...noted.value, refs }) : noted
}

/** The refs of a session's branch, taken away where it is merged and nothing of it is left undecided; or only named. */
export async function pruneMerged(
  deps: FeatureDeps,
  { sessionId, dryRun }: { readonly sessionId: string; readonly dryRun: boolean },
  caller: Caller,
): Promise<readonly string[]> {
  if (dryRun) {
    const found = await workOf(deps, sessionId, caller)
    if (!found.ok || whyInUse(found.value) || (await whatWouldBeLost(found.value))) return []
    return [`refs/heads/${found.value.of.branch}`]
  }
  const pruned = await prune(deps, { sessionId, unmerged: false }, caller)
  return pruned.ok ? pruned.value.refs : []
}

async function giveUpWorktree({ sessions }: FeatureDeps, { session, worktreesLeft }: AgentWork, caller: Caller) {
  if (!isLive(session)) await worktreesLeft?.giveUp(session)
  const context = { ...caller, commandId: uuidv5(`${caller.commandId}/worktree`) }
  const report = { type: 'RecordRevisited', leftWork: null } as const
  return inTime(sessions.journals.use(session.spec.sessionId, (journal) => journal.execute(report, context)))
}

function whyInUse({ session }: AgentWork): Refused | undefined {
  if (isLive(session))
    return { code: 'SESSION_NOT_OVER', message: `the session is ${session.status}: it works on this` }
  if (session.successorSessionId === null) return undefined
  return {
    code: 'SESSION_CONTINUED',
    message: `${session.successorSessionId} goes on with this: prune that one's work`,
  }
}

async function whatWouldBeLost({ of, branches, kept, left }: AgentWork): Promise<Refused | undefined> {
  const look = await branches.look(of)
  // A branch that is gone already has nothing to lose.
  if (!look.ok && look.error.code !== 'BRANCH_NOT_FOUND') return refusalOf(look.error)
  const parts = [
    ...(look.ok && !look.value.isMerged ? [`${look.value.ahead} commits that ${of.base} does not have`] : []),
    ...(kept ? [`${kept.files} files that were never committed`] : []),
    ...(left ? [`what is in ${left.worktree} alone (${left.reason})`] : []),
  ]
  if (parts.length === 0) return undefined
  return { code: 'WORK_NOT_MERGED', message: `this would be lost: ${parts.join(', and ')}` }
}
