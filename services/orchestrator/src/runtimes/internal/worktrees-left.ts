import type { Logger } from '@mosaic/runtime'
import type { EndedSession } from '../../domain/agent-session/index.ts'
import { type AgentWork, type GitWorkspace, KeyedLock } from '../../git/index.ts'
import type { WorktreesLeft } from '../contract.ts'
import { worktreePlace } from './asked.ts'
import { keepWork } from './keep-work.ts'

type LeftDeps = {
  readonly git: Pick<GitWorkspace, 'findWorktree' | 'keepUncommitted' | 'removeWorktree' | 'worktrees'>
  readonly logger: Logger
}

type Whereabouts = Parameters<WorktreesLeft['removeMoved']>[0]

export function worktreesLeft({ git, logger }: LeftDeps): WorktreesLeft {
  /** Nobody looks into a worktree that another one is taking away. */
  const locks = new KeyedLock()
  const workOf = ({ spec: { sessionId: agentId, taskId } }: EndedSession) => ({ agentId, taskId })
  const removeIfMoved = async (sessions: Whereabouts, work: AgentWork) => {
    const { agentId: sessionId } = work
    if (sessions.isHere(sessionId)) return
    const place = worktreePlace((await sessions.placeOf(sessionId)) ?? null)
    const found = place && (await git.findWorktree(work))
    // It may share our disk.
    if (!found || found.path === place.worktree || sessions.isHere(sessionId)) return
    await locks.run(sessionId, () => git.removeWorktree(work))
    logger.info({ sessionId }, 'the worktree of a session that went on elsewhere is removed')
  }
  return {
    async removeMoved(sessions) {
      for (const work of await git.worktrees()) {
        await removeIfMoved(sessions, work).catch((error: unknown) => {
          // The others are not kept waiting, and the next round tries again.
          logger.warn({ sessionId: work.agentId, err: error }, 'a worktree that may be out of date cannot be removed')
        })
      }
    },
    revisit: (session) =>
      locks.run(session.spec.sessionId, async () => {
        const { allowed } = session.work
        const beside = worktreePlace(session.place)?.sandbox.kind
        const found = await keepWork({ git, logger }, workOf(session), { push: false, allowed, beside })
        if (!found.left) await git.removeWorktree(workOf(session))
        return found
      }),
    giveUp: (session) => locks.run(session.spec.sessionId, () => git.removeWorktree(workOf(session))),
  }
}
