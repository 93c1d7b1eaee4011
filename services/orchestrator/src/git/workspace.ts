import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import { type Confine, confinement, sandboxProviders } from '../sandbox/index.ts'
import { commitAndPush } from './commit.ts'
import type { AgentSandbox, FoundWorktree, GitWorkspace } from './contract.ts'
import { defaultLocalTimeoutMs, type GitSettings, gitRunner } from './git-command.ts'
import { GitSandbox } from './git-sandbox.ts'
import { KeyedLock } from './locks.ts'
import { keepUncommitted } from './keep.ts'
import { changedFiles, mergeAndPush } from './merge.ts'
import { Mirrors } from './mirrors.ts'
import { type OriginHooks, Origins } from './origins.ts'
import { Snapshot } from './snapshot.ts'
import { Work } from './work.ts'
import { Worktrees } from './worktrees.ts'

export type WorkspaceSettings = GitSettings & {
  /** How programs that look at worktrees are locked in; by what this machine has where it is not said. */
  readonly confine?: Confine
  /** Default: off. */
  readonly originHooks?: OriginHooks
}

/** Mirrors under `root`/mirrors, worktrees under `root`/worktrees, what git keeps about these under `root`/worktree-git. */
export function createGitWorkspace(settings: WorkspaceSettings): GitWorkspace {
  const { root, home = root, originHooks: hooks = 'off', sudoUid } = settings
  const git = gitRunner(settings)
  const confine = settings.confine ?? confinement(sandboxProviders())
  const sandbox = new GitSandbox(confine, settings.localTimeoutMs ?? defaultLocalTimeoutMs)
  const origins = new Origins({ hooks, home, ...(sudoUid === undefined ? {} : { sudoUid }) })
  const mirrors = new Mirrors(git, origins, join(root, 'mirrors'))
  const locks = new KeyedLock()
  const worktrees = new Worktrees({ git, sandbox, mirrors, locks }, root)
  const onWorktree = <T>(worktree: FoundWorktree, action: (work: Work) => Promise<T>, agent?: AgentSandbox) =>
    locks.run(worktree.path, () => {
      const exclusively: AgentSandbox['whileStill'] = (step) => mirrors.exclusively(worktree.mirrorPath, step)
      const deps = { git, sandbox, origins, exclusively, quarantineFolder: join(root, 'incoming') }
      return action(new Work(deps, worktree, agent))
    })

  return {
    inspectRepository: (repository, branch) => mirrors.inspect(repository, branch),
    snapshot: async (repository, at) => {
      const found = await mirrors.find(repository, at)
      return found.ok ? ok(new Snapshot(git, { branch: at.branch, ...found.value })) : found
    },
    createWorktree: (request) => worktrees.create(request),
    commit: (worktree, request, agent) => onWorktree(worktree, (work) => commitAndPush(work, request), agent),
    mergeBranch: async (worktree, request, agent) => {
      const mirror = await mirrors.upToDate(worktree.repository, request.branch)
      if (!mirror.ok) return mirror
      const theirs = await mirrors.commitOf(mirror.value, request.branch)
      if (!theirs.ok) return theirs
      return onWorktree(worktree, (work) => mergeAndPush(work, theirs.value, request), agent)
    },
    changedFiles: (worktree, agent) => onWorktree(worktree, changedFiles, agent),
    findWorktree: (work) => worktrees.find(work),
    keepUncommitted: (worktree, request, beside) => {
      // Nobody is left who would have to stand still.
      const agent = beside && { kind: beside, whileStill: <T>(step: () => Promise<T>) => step() }
      return onWorktree(worktree, (work) => keepUncommitted(work, request), agent)
    },
    removeWorktree: (work) => worktrees.remove(work),
    worktrees: () => worktrees.all(),
  }
}
