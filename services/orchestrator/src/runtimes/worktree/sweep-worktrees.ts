import type { Logger } from '@mosaic/runtime'
import type { AgentWork, GitWorkspace } from '../../git/index.ts'
import type { Sweep } from '../contract.ts'
import { keepWork } from './keep-work.ts'

type SweepDeps = {
  readonly git: Pick<
    GitWorkspace,
    'worktrees' | 'findWorktree' | 'keepUncommitted' | 'removeWorktree' | 'removeUnfinished'
  >
  readonly logger: Logger
}

/**
 * Takes down which worktrees there are now; of those, crashes and full disks have left the ones that are nobody's. What
 * cannot be kept of one stays in it.
 */
export async function sweepWorktrees({ git, logger }: SweepDeps): Promise<Sweep> {
  const there = await git.worktrees()
  await git.removeUnfinished()
  return async (alive, report) => {
    const owners = new Set(alive.map(({ sessionId }) => sessionId))
    const remove = async (work: AgentWork) => {
      const { agentId: sessionId } = work
      // Origin may not answer, and agents wait for this.
      const { kept, left } = await keepWork({ git, logger }, work, { push: false })
      if (kept) await report(sessionId, { type: 'RecordKept', ...kept })
      if (!left) await git.removeWorktree(work)
      await report(sessionId, { type: 'RecordRevisited', leftWork: left })
      if (!left) logger.info({ sessionId, kept: kept?.ref }, 'an orphaned worktree is removed')
    }
    for (const work of there.filter(({ agentId }) => !owners.has(agentId))) {
      await remove(work).catch((error: unknown) => {
        // It keeps nobody from the others; the next start tries again.
        logger.error({ sessionId: work.agentId, err: error }, 'an orphaned worktree cannot be removed')
      })
    }
  }
}
