import type { Logger } from '@mosaic/runtime'
import type { GitWorkspace } from '../../git/index.ts'
import type { Sweep } from '../contract.ts'

type SweepDeps = { readonly git: Pick<GitWorkspace, 'worktreeNames' | 'pruneOrphans'>; readonly logger: Logger }

/** Takes down which worktrees there are now; of those, crashes have left the ones that are nobody's. */
export async function sweepWorktrees({ git, logger }: SweepDeps): Promise<Sweep> {
  const names = await git.worktreeNames()
  return async (alive) => {
    const owners = alive.map(({ sessionId: agentId, taskId }) => ({ agentId, taskId }))
    const worktrees = await git.pruneOrphans(names, owners)
    if (worktrees.length > 0) logger.info({ worktrees }, 'orphaned worktrees are removed')
  }
}
