import { join } from 'node:path'
import { commitAndPush } from './commit.ts'
import type { GitWorkspace, Still, Worktree } from './contract.ts'
import { type GitSettings, gitRunner } from './git-command.ts'
import { KeyedLock } from './locks.ts'
import { hasChanges, mergeAndPush } from './merge.ts'
import { Mirrors } from './mirrors.ts'
import { Work } from './work.ts'
import { Worktrees } from './worktrees.ts'

const atOnce: Still = (step) => step()

/** Mirrors under `root`/mirrors, worktrees under `root`/worktrees. */
export function createGitWorkspace(settings: GitSettings): GitWorkspace {
  const git = gitRunner(settings)
  const mirrors = new Mirrors(git, join(settings.root, 'mirrors'))
  const worktrees = new Worktrees(git, mirrors, join(settings.root, 'worktrees'))
  const locks = new KeyedLock()
  const onWorktree = <T>(worktree: Worktree, action: (work: Work) => Promise<T>, still: Still = atOnce) =>
    locks.run(worktree.path, () => {
      const exclusively: Still = (step) => mirrors.exclusively(worktree.mirrorPath, step)
      return action(new Work(git, worktree, { exclusively, still }))
    })

  return {
    inspectRepository: (repository, branch) => mirrors.inspect(repository, branch),
    createWorktree: (request) => worktrees.create(request),
    commit: (worktree, request, still) => onWorktree(worktree, (work) => commitAndPush(work, request), still),
    mergeBranch: async (worktree, request, still) => {
      const mirror = await mirrors.upToDate(worktree.repository, request.branch)
      if (!mirror.ok) return mirror
      const theirs = await mirrors.commitOf(mirror.value, request.branch)
      if (!theirs.ok) return theirs
      return onWorktree(worktree, (work) => mergeAndPush(work, theirs.value, request), still)
    },
    hasChanges: (worktree) => onWorktree(worktree, hasChanges),
    removeWorktree: (worktree) => onWorktree(worktree, () => worktrees.remove(worktree)),
    worktreeNames: () => worktrees.names(),
    pruneOrphans: (names, alive) => worktrees.pruneOrphans(names, alive),
  }
}
