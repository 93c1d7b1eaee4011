import { join } from 'node:path'
import { commitAndPush } from './commit.ts'
import type { GitWorkspace, Worktree } from './contract.ts'
import { type GitSettings, gitRunner } from './git-command.ts'
import { KeyedLock } from './locks.ts'
import { hasChanges, mergeAndPush } from './merge.ts'
import { Mirrors } from './mirrors.ts'
import { Work } from './work.ts'
import { Worktrees } from './worktrees.ts'

/** Mirrors under `root`/mirrors, worktrees under `root`/worktrees. */
export function createGitWorkspace(settings: GitSettings): GitWorkspace {
  const git = gitRunner(settings)
  const mirrors = new Mirrors(git, join(settings.root, 'mirrors'))
  const worktrees = new Worktrees(git, mirrors, join(settings.root, 'worktrees'))
  const locks = new KeyedLock()
  const onWorktree = <T>(worktree: Worktree, action: (work: Work) => Promise<T>) =>
    locks.run(worktree.path, () => {
      const exclusively = <R>(step: () => Promise<R>) => mirrors.exclusively(worktree.mirrorPath, step)
      return action(new Work(git, worktree, exclusively))
    })

  return {
    inspectRepository: (repository, branch) => mirrors.inspect(repository, branch),
    createWorktree: (request) => worktrees.create(request),
    commit: (worktree, request) => onWorktree(worktree, (work) => commitAndPush(work, request)),
    mergeBranch: (worktree, request) =>
      onWorktree(worktree, async (work) => {
        const mirror = await mirrors.upToDate(worktree.repository, request.branch)
        if (!mirror.ok) return mirror
        const theirs = await mirrors.commitOf(mirror.value, request.branch)
        return theirs.ok ? mergeAndPush(work, theirs.value, request) : theirs
      }),
    hasChanges: (worktree) => onWorktree(worktree, hasChanges),
    removeWorktree: (worktree) => onWorktree(worktree, () => worktrees.remove(worktree)),
    pruneOrphans: (alive) => worktrees.pruneOrphans(alive),
  }
}
