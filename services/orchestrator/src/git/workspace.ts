import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import { type Confine, confinement, sandboxProviders } from '../sandbox/index.ts'
import { Branches } from './branches.ts'
import { Checkouts } from './checkouts.ts'
import { commitAndPush } from './commit.ts'
import type { AgentBranch, AgentSandbox, FoundWorktree, GitResult, GitWorkspace, Still } from './contract.ts'
import { defaultLocalTimeoutMs, type GitSettings, gitRunner } from './git-command.ts'
import { GitSandbox } from './git-sandbox.ts'
import { KeyedLock } from './locks.ts'
import { keepUncommitted } from './keep.ts'
import { changedFiles, mergeAndPush } from './merge.ts'
import { Mirrors } from './mirrors.ts'
import { type OriginHooks, Origins } from './origins.ts'
import { pushKeptWork, pushOwnBranch } from './push-work.ts'
import { Snapshot } from './snapshot.ts'
import { Work, type WorkDeps } from './work.ts'
import { Worktrees } from './worktrees.ts'

export type WorkspaceSettings = GitSettings & {
  /** How programs that look at worktrees are locked in; by what this machine has where it is not said. */
  readonly confine?: Confine
  /** Default: off. */
  readonly originHooks?: OriginHooks
}

/** For pushes that nobody stands and waits for, or that hold up a session's end: in milliseconds, for each answer of origin. */
const laterMs = 30_000

/** Mirrors under `root`/mirrors, worktrees under `root`/worktrees, what git keeps about these under `root`/worktree-git. */
export function createGitWorkspace(settings: WorkspaceSettings): GitWorkspace {
  const { root, home = root, originHooks: hooks = 'off', sudoUid } = settings
  const git = gitRunner(settings)
  const confine = settings.confine ?? confinement(sandboxProviders())
  const sandbox = new GitSandbox(confine, settings.localTimeoutMs ?? defaultLocalTimeoutMs)
  const origins = new Origins({ hooks, home, ...(sudoUid === undefined ? {} : { sudoUid }) })
  const mirrors = new Mirrors(git, origins, join(root, 'mirrors'))
  const checkouts = new Checkouts({ git, sandbox, mirrors, origins, root, home })
  const locks = new KeyedLock()
  const worktrees = new Worktrees({ git, sandbox, mirrors, locks }, root)
  const depsOf = ({ mirrorPath }: FoundWorktree): WorkDeps => {
    const exclusively: Still = (step) => mirrors.exclusively(mirrorPath, step)
    return { git, sandbox, origins, exclusively, quarantineFolder: join(root, 'incoming') }
  }
  const onWorktree = <T>(worktree: FoundWorktree, action: (work: Work) => Promise<T>, agent?: AgentSandbox) =>
    locks.run(worktree.path, () => action(new Work(depsOf(worktree), worktree, agent)))
  /** A push that hangs keeps nobody from the worktree. */
  const onBranch = async <T>(branch: AgentBranch, action: (work: Work) => Promise<GitResult<T>>) => {
    const place = await worktrees.placeOf(branch)
    if (!place.ok) return place
    const deps = { ...depsOf(place.value), networkMs: laterMs, allowed: branch.allowed }
    return action(new Work(deps, place.value, undefined))
  }

  return {
    inspectRepository: (repository, branch) => mirrors.inspect(repository, branch),
    snapshot: async (repository, at) => {
      const find = async (): Promise<GitResult<Snapshot>> => {
        const found = await mirrors.find(repository, at)
        return found.ok ? ok(new Snapshot(git, { branch: at.branch, ...found.value })) : found
      }
      const first = await find()
      if (!first.ok || (await first.value.isReadable())) return first
      // A mirror that has broken, e.g. in a power cut.
      const healed = await mirrors.healed(repository)
      return healed.ok ? find() : healed
    },
    lookAtCheckout: (repository) => checkouts.look(repository),
    takeChanges: (repository) => checkouts.take(repository),
    createWorktree: (request) => worktrees.create(request),
    commit: (worktree, request, agent) => {
      const deps = { ...depsOf(worktree), allowed: request.allowed }
      return locks.run(worktree.path, () => commitAndPush(new Work(deps, worktree, agent), request))
    },
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
      const deps = { ...depsOf(worktree), networkMs: laterMs, allowed: request.allowed }
      return locks.run(worktree.path, () => keepUncommitted(new Work(deps, worktree, agent), request))
    },
    pushBranch: (branch) => onBranch(branch, pushOwnBranch),
    pushKept: (branch) => onBranch(branch, (work) => pushKeptWork(work, branch.agentId)),
    removeWorktree: (work) => worktrees.remove(work),
    branches: new Branches({ git, mirrors, origins }),
    worktrees: () => worktrees.all(),
  }
}
