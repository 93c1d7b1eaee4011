import type { Logger } from '@mosaic/runtime'
import { type EndedSession, isLive } from '../../domain/agent-session/index.ts'
import { type AgentWork, type GitWorkspace, KeyedLock } from '../../git/index.ts'
import type { WorktreesLeft } from '../contract.ts'
import { worktreePlace } from './asked.ts'
import { isCurrent } from './is-current.ts'
import { keepWork } from './keep-work.ts'

type LeftDeps = {
  readonly git: Pick<GitWorkspace, 'findWorktree' | 'heldWorktree' | 'keepUncommitted' | 'removeWorktree' | 'worktrees'>
  readonly logger: Logger
}

type Moved = Parameters<WorktreesLeft['removeMoved']>

export function worktreesLeft({ git, logger }: LeftDeps): WorktreesLeft {
  /** Nobody looks into a worktree that another one is taking away. */
  const locks = new KeyedLock()
  const workOf = ({ spec: { sessionId: agentId, taskId } }: EndedSession) => ({ agentId, taskId })

  /** What is not committed, and then the worktree; what cannot be kept stays in it. */
  const empty = async (session: EndedSession, push: boolean) => {
    const { allowed } = session.work
    const beside = worktreePlace(session.place)?.sandbox.kind
    const found = await keepWork({ git, logger }, workOf(session), { push, allowed, beside })
    if (!found.left) await git.removeWorktree(workOf(session))
    return found
  }

  const removeIfMoved = async (work: AgentWork, [sessions, { report, push }]: Moved) => {
    const { agentId: sessionId } = work
    if (sessions.isHere(sessionId)) return
    const [session, held] = [await sessions.sessionOf(sessionId), await git.heldWorktree(work)]
    if (session.status === 'none' || !held || sessions.isHere(sessionId)) return
    const isOutOfDate = session.place !== null && !isCurrent(held, session)
    if (isOutOfDate || (!isLive(session) && session.released && session.spec.reviews)) {
      await git.removeWorktree(work)
      logger.info({ sessionId }, 'the worktree of a session that went on elsewhere is removed')
      return
    }
    // Whoever has claimed it may share our disk; who has ended it elsewhere has seen nothing of what is in here.
    if (isLive(session) || !session.released || session.work.left) return
    const { kept, left } = await empty(session, push)
    if (kept) await report(sessionId, { type: 'RecordKept', ...kept })
    await report(sessionId, { type: 'RecordRevisited', leftWork: left })
    if (!left)
      logger.info({ sessionId, kept: kept?.ref }, 'the worktree of a session that was ended elsewhere is removed')
  }

  return {
    async removeMoved(...moved) {
      for (const work of await git.worktrees()) {
        await locks
          .run(work.agentId, () => removeIfMoved(work, moved))
          .catch((error: unknown) => {
            // The others are not kept waiting, and the next round tries again.
            logger.warn({ sessionId: work.agentId, err: error }, 'a worktree that may be out of date cannot be removed')
          })
      }
    },
    revisit: (session) => locks.run(session.spec.sessionId, () => empty(session, false)),
    giveUp: (session) => locks.run(session.spec.sessionId, () => git.removeWorktree(workOf(session))),
  }
}
