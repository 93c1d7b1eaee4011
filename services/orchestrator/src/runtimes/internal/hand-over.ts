import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { worktreeAsked, type WorktreePlace } from './asked.ts'
import type { Run } from './run.ts'

/**
 * Leaves what the origin does not have of a session's work where the worker that claims it next finds it. The worktree is
 * given up then: should the session come back here, its files are made anew from what it did elsewhere.
 */
export async function leaveForOthers({ deps, journal, workplace }: Run): Promise<void> {
  const { session, sessionId } = journal
  if (!workplace || !isLive(session)) return
  try {
    const { worktree } = workplace
    const bundle = await deps.git.packUp(worktree, session.work.checkpoint)
    if (bundle.length > 0) await deps.parcels.send(sessionId, bundle)
    await workplace.sandbox.signalKill()
    await deps.git.removeWorktree({ agentId: sessionId, taskId: session.spec.taskId })
  } catch (error) {
    // Its worktree stays, and whoever goes on with it has what was kept and pushed before.
    deps.logger.error({ sessionId, err: error }, 'what another worker needs of a session could not be left for it')
  }
}

/** Takes in what an earlier owner on another machine has left; a worktree of ours from before that is out of date. */
export async function takeFromOthers(
  { deps, journal: { sessionId } }: Run,
  { spec, work }: LiveSession,
  place: WorktreePlace,
): Promise<void> {
  const own = { agentId: sessionId, taskId: spec.taskId }
  const found = await deps.git.findWorktree(own)
  if (found?.path === place.worktree) return
  if (found) await deps.git.removeWorktree(own)
  if (!work.checkpoint && !work.head) return
  try {
    const bundle = await deps.parcels.fetch(sessionId)
    const { repository, baseBranch } = worktreeAsked(spec)
    if (bundle) await deps.git.unpack({ repository, baseBranch, bundle })
  } catch (error) {
    deps.logger.warn({ sessionId, err: error }, 'what another worker has left of a session cannot be had')
  }
}
