import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import pLimit from 'p-limit'
import { type Confine, confinement, sandboxProviders } from '../sandbox/index.ts'
import { advanceBase } from './advance.ts'
import { Branches, type BranchesDeps } from './branches.ts'
import { makeBundle, takeBundle } from './bundle.ts'
import { changeBetween } from './change.ts'
import { hasChangedSince } from './changed-since.ts'
import { takeCheckpoint } from './checkpoint.ts'
import { Checkouts } from './checkouts.ts'
import { commitAndPush } from './commit.ts'
import type {
  AgentBranch,
  AgentSandbox,
  Approve,
  FoundWorktree,
  GitResult,
  GitWorkspace,
  Still,
} from './contract/index.ts'
import { defaultLocalTimeoutMs, type GitSettings, gitRunner } from './git-command.ts'
import { unlessFull } from './failures.ts'
import { GitSandbox } from './git-sandbox.ts'
import { KeyedLock } from './locks.ts'
import { keepUncommitted } from './keep.ts'
import { changedFiles, mergeAndPush } from './merge.ts'
import { Mirrors } from './mirrors.ts'
import { type OriginHooks, Origins } from './origins.ts'
import { pushKeptWork, pushOwnBranch } from './push-work.ts'
import { Snapshots } from './snapshots.ts'
import { stackBranches } from './stack.ts'
import { Stored } from './stored.ts'
import { maxCommitBytes } from './staging.ts'
import { Trials } from './trials.ts'
import { removeStaleLocks, removeUnfinished, removeWidowed } from './unfinished.ts'
import { Gitlinks } from './submodules.ts'
import { Work, type WorkDeps } from './work.ts'
import { Worktrees } from './worktrees.ts'

export type WorkspaceSettings = GitSettings & {
  /** How programs that look at worktrees are locked in; by what this machine has where it is not said. */
  readonly confine?: Confine
  /** Default: off. */
  readonly originHooks?: OriginHooks
  /** How much is kept at most of what a session had not committed; in bytes. */
  readonly mostKeptBytes?: number
}

export const defaultMostKeptBytes = 2 * 1024 ** 3

/** For pushes that nobody stands and waits for, or that hold up a session's end: in milliseconds, for each answer of origin. */
const laterMs = 30_000
/** For each step of taking in what is kept: there may be gigabytes of it. In milliseconds. */
const keepTimeoutMs = 600_000

/** Mirrors under `root`/mirrors, worktrees under `root`/worktrees, what git keeps about these under `root`/worktree-git. */
export function createGitWorkspace(settings: WorkspaceSettings): GitWorkspace {
  const { root, home = root, originHooks: hooks = 'off', sudoUid } = settings
  const git = gitRunner(settings)
  const confine = settings.confine ?? confinement(sandboxProviders())
  const timeoutMs = settings.localTimeoutMs ?? defaultLocalTimeoutMs
  const sandbox = new GitSandbox(confine, timeoutMs)
  const origins = new Origins({ hooks, home, ...(sudoUid === undefined ? {} : { sudoUid }) })
  const mirrors = new Mirrors(git, origins, join(root, 'mirrors'))
  const snapshots = new Snapshots(git, mirrors)
  const checkouts = new Checkouts({ git, sandbox, mirrors, origins, root, home })
  const locks = new KeyedLock()
  const trials = new Trials(sandbox, join(root, 'trials'))
  const keepTurns = pLimit(availableParallelism())
  const worktrees = new Worktrees({ git, sandbox, mirrors, gitlinks: new Gitlinks(git), locks, timeoutMs }, root)
  const depsOf = ({ mirrorPath }: FoundWorktree): WorkDeps => {
    const exclusively: Still = (step) => mirrors.exclusively(mirrorPath, step)
    const quarantineFolder = join(root, 'incoming')
    return { git, sandbox, origins, exclusively, quarantineFolder, mostBytes: maxCommitBytes }
  }
  const patient = {
    git: gitRunner({ ...settings, localTimeoutMs: keepTimeoutMs }),
    sandbox: new GitSandbox(confine, keepTimeoutMs),
    stagesOnDisk: true,
    mostBytes: settings.mostKeptBytes ?? defaultMostKeptBytes,
    networkMs: laterMs,
  }
  const bundling = { git, mirrors, folder: root }
  const onWorktree = <T>(worktree: FoundWorktree, action: (work: Work) => Promise<T>, agent?: AgentSandbox) =>
    locks.run(worktree.path, () => action(new Work(depsOf(worktree), worktree, agent)))
  const changing = <T>(worktree: FoundWorktree, action: () => Promise<GitResult<T>>) =>
    locks.run(worktree.path, () => unlessFull(action))
  /** A push that hangs keeps nobody from the worktree. */
  const onBranch = async <T>(branch: AgentBranch, action: (work: Work) => Promise<GitResult<T>>, approve?: Approve) => {
    const place = await worktrees.placeOf(branch)
    if (!place.ok) return place
    const deps = { ...depsOf(place.value), ...patient, allowed: branch.allowed, rules: branch.rules, approve }
    return action(new Work(deps, place.value, undefined))
  }
  const onBranchAsAgent: BranchesDeps['onBranch'] = async (branch, action) => {
    const place = await worktrees.placeOf(branch)
    if (!place.ok) return place
    const deps = { ...depsOf(place.value), allowed: branch.allowed, rules: branch.rules }
    return unlessFull(() => action(new Work(deps, place.value, undefined)))
  }

  return {
    inspectRepository: (repository, branch) => mirrors.inspect(repository, branch),
    snapshot: (repository, at) => snapshots.at(repository, at),
    lookAtCheckout: (repository) => checkouts.look(repository),
    takeChanges: (repository) => checkouts.take(repository),
    createWorktree: (request) => worktrees.create(request),
    commit: (worktree, request, agent) => {
      const { allowed, rules, approve } = request
      const deps = { ...depsOf(worktree), allowed, rules, approve }
      return changing(worktree, () => commitAndPush(new Work(deps, worktree, agent), request))
    },
    mergeBranch: async (worktree, request, agent) => {
      const mirror = await mirrors.upToDate(worktree.repository, request.branch)
      if (!mirror.ok) return mirror
      const theirs = await mirrors.commitOf(mirror.value, request.branch)
      if (!theirs.ok) return theirs
      const deps = { ...depsOf(worktree), approve: request.approve }
      return changing(worktree, () => mergeAndPush(new Work(deps, worktree, agent), theirs.value, request))
    },
    changedFiles: (worktree, agent) => onWorktree(worktree, changedFiles, agent),
    tryOut: async (repository, commit) => {
      const mirror = await mirrors.holding(repository, commit)
      return mirror.ok ? trials.make(mirror.value, commit) : mirror
    },
    change: async (repository, { base, commit }) => {
      const mirror = await mirrors.holding(repository, commit)
      return mirror.ok ? ok(await changeBetween(git, mirror.value, [base, commit])) : mirror
    },
    findWorktree: (work) => worktrees.find(work),
    heldWorktree: (work) => worktrees.held(work),
    keepUncommitted: (worktree, request, beside) => {
      // Nobody is left who would have to stand still. When many end at once, those who begin need the machine too.
      const agent = beside && { kind: beside, whileStill: <T>(step: () => Promise<T>) => keepTurns(step) }
      const deps = { ...depsOf(worktree), ...patient, allowed: request.allowed, rules: request.rules }
      return changing(worktree, () => keepUncommitted(new Work(deps, worktree, agent), request))
    },
    hasChangedSince: ({ path }, since) => hasChangedSince(path, since),
    checkpoint: (worktree, request, agent) => {
      const deps = { ...depsOf(worktree), filesAlone: true }
      return changing(worktree, () => takeCheckpoint(new Work(deps, worktree, agent), request))
    },
    pushBranch: (branch, approve) => onBranch(branch, pushOwnBranch, approve),
    pushKept: (branch) => onBranch(branch, (work) => pushKeptWork(work, branch.agentId)),
    packUp: (worktree, checkpoint, send) => makeBundle(bundling, worktree, checkpoint, send),
    unpack: (packed) => takeBundle(bundling, packed),
    removeWorktree: (work) => worktrees.remove(work),
    stored: new Stored({ git, mirrors, root }),
    branches: new Branches({ git, mirrors, origins, onBranch: onBranchAsAgent }),
    landings: {
      stack: (request) => unlessFull(() => stackBranches({ git, mirrors }, request)),
      advance: (request) => advanceBase({ git, mirrors, origins }, request),
    },
    removeUnfinished: async () => {
      await removeUnfinished([join(root, 'incoming'), join(root, 'looks'), join(root, 'trials')])
      await removeWidowed(join(root, 'worktree-git'), join(root, 'worktrees'))
      await removeStaleLocks(join(root, 'mirrors'))
    },
    worktrees: () => worktrees.all(),
  }
}
