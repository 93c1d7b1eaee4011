import { persistently } from '@mosaic/runtime'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { GitFault } from '../../git/index.ts'
import { type WorktreeAsked, worktreeAsked, type WorktreePlace } from './asked.ts'
import { isCurrent } from './is-current.ts'
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
    await deps.git.packUp(worktree, session.work.checkpoint, (file) => deps.parcels.send(sessionId, file))
    await workplace.sandbox.signalKill()
    await deps.git.removeWorktree({ agentId: sessionId, taskId: session.spec.taskId })
  } catch (error) {
    // Its worktree stays, and whoever goes on with it has what was kept and pushed before.
    deps.logger.error({ sessionId, err: error }, 'what another worker needs of a session could not be left for it')
  }
}

/** The same of a session that goes on here, for the case that this machine does not: what was kept last is left as well. */
export async function leaveACopy({ deps, journal, workplace }: Run): Promise<void> {
  const { session, sessionId } = journal
  if (!workplace || !isLive(session) || !deps.areOthers()) return
  try {
    const { checkpoint } = session.work
    await deps.git.packUp(workplace.worktree, checkpoint, (file) => deps.parcels.send(sessionId, file))
  } catch (error) {
    deps.logger.warn({ sessionId, err: error }, 'a copy of what a session has done could not be left for other workers')
  }
}

const attempts = 6
const pauses = { firstMs: 500, longestMs: 5000 }

/**
 * Takes in what an earlier owner on another machine has left; a worktree of ours from before that is out of date. What
 * cannot be had now may be in a while; what cannot be had at all the session is told of.
 */
export async function takeFromOthers(run: Run, session: LiveSession, place: WorktreePlace): Promise<void> {
  const { deps, halted } = run
  const { spec, work } = session
  const { sessionId } = run.journal
  const own = { agentId: sessionId, taskId: spec.taskId }
  const held = await deps.git.heldWorktree(own)
  if (held?.isWhole && isCurrent(held, session)) return
  if (held) await deps.git.removeWorktree(own)
  if (!work.checkpoint && !work.head) return
  const complain = (error: unknown, failures: number) => {
    deps.logger.error({ sessionId, err: error, failures }, 'what another worker has left of a session cannot be had')
    return failures < attempts
  }
  const options = { ...pauses, signal: halted, isPassing: complain }
  try {
    await persistently(() => take(run, worktreeAsked(spec), place.branch), options)
    run.missing = undefined
  } catch (error) {
    halted.throwIfAborted()
    run.missing = error instanceof Error ? error.message : String(error)
  }
}

async function take(
  { deps, journal }: Run,
  { repository, baseBranch }: Pick<WorktreeAsked, 'repository' | 'baseBranch'>,
  branch: string,
): Promise<void> {
  const fetch = (file: string) => deps.parcels.fetch(journal.sessionId, file)
  const taken = await deps.git.unpack({ repository, baseBranch, branch, fetch })
  if (!taken.ok) throw new GitFault(taken.error.message)
}
