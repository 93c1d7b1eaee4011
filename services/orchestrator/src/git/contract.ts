import type { AllowedSecret, KeptWork, Push, SandboxKind } from '@mosaic/contracts/agent-session'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { LocalChanges } from '@mosaic/contracts/repository'
import type { LandingHow, PushedStack } from '@mosaic/contracts/merge-queue'
import type { CheckStage } from '@mosaic/contracts/quality'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { Change } from './change.ts'
import type { TakenChanges } from './checkouts.ts'
import type { Snapshot } from './snapshot.ts'

export type GitErrorCode =
  | 'REPOSITORY_NOT_FOUND'
  | 'REPOSITORY_UNREACHABLE'
  | 'REPOSITORY_NOT_ALLOWED'
  | 'BRANCH_NOT_FOUND'
  | 'BRANCH_NAME_INVALID'
  | 'NOTHING_TO_COMMIT'
  | 'SECRET_FOUND'
  | 'COMMIT_TOO_LARGE'
  | 'DISK_FULL'
  | 'COMMIT_INVALID'
  | 'STAGING_FAILED'
  | 'CHECKOUT_FAILED'
  | 'PUSH_REJECTED'
  | 'BRANCH_CHECKED_OUT'
  | 'MERGE_CONFLICT'
  | 'UNCOMMITTED_CHANGES'
  | 'GIT_TIMEOUT'
  | 'GATES_REJECTED'
  | 'GATES_BLOCKED'

export type GitError = Rejection<GitErrorCode>
export type GitResult<T> = Result<T, GitError>

export type RepositoryInfo = {
  /** The default branch, or the branch that was asked for. */
  readonly branch: string
  readonly commit: string
  readonly branches: readonly string[]
}

/** Whose work a worktree is; its folder is named after both. */
export type AgentWork = { readonly agentId: string; readonly taskId: string }

export type WorktreeRequest = AgentWork & {
  /** Of the claim under which it is made or gone on with: by it the worktree is known again, wherever it lies. */
  readonly epoch?: number | undefined
  /** Its name; see branch-name.ts. */
  readonly branch: string
  /** An absolute path or a file://, https:// or ssh:// URL (also git@host:path). */
  readonly repository: string
  readonly baseBranch: string
  /** Where it begins, if not at the branch: a commit that is in the mirror. */
  readonly from?: string | undefined
  /** Goes on with the branch of an earlier session, which there is. */
  readonly continues?: { readonly baseCommit: string }
  /** It was made before, perhaps on another disk: where it is not here, it is made anew on its branch. */
  readonly resumes?: { readonly baseCommit: string }
  /** What was in its files beyond the branch, for when it is made anew. */
  readonly uncommitted?: StoredCommit | undefined
  /** Nobody has tried before to make it: nothing of it is looked for. */
  readonly isNew?: boolean
  /** Who writes its files where the agent's own sandbox can do it. */
  readonly writeInside?: WriteInside
  /**
   * Hears where it is going to be and at which commit; nothing is written before that settles. Called again where a
   * mirror had to be healed.
   */
  readonly onPlaced?: (worktree: EmptyWorktree) => Promise<void>
  /** Whoever still waits for its turn when it is aborted, is turned away with its reason. */
  readonly signal?: AbortSignal
}

/** A worktree's place on the disk, before there are files in it. */
export type EmptyWorktree = Omit<Worktree, 'submodules' | 'restored'>

/** A shell command of git's, that brings its own environment along. */
export type WriteJob = { readonly command: string; readonly timeoutMs: number }

/**
 * Has a command write a worktree's files in the sandbox of the agent who is to work there, before anything of the agent's
 * runs in it. `unfit`: it cannot be done there, and nothing was begun. Unless they are written, that sandbox is gone then.
 */
export type WriteInside = (worktree: EmptyWorktree, job: WriteJob) => Promise<'written' | 'failed' | 'unfit'>

/** A commit beside a branch, and a mirror of ours that has it, which may be another machine's. */
export type StoredCommit = Pick<Checkpoint, 'ref' | 'commit' | 'mirror'>

/** What a worktree that was made anew on its branch holds of what was not committed. */
export type Restored =
  | { readonly state: 'as-committed' }
  | { readonly state: 'restored' }
  | { readonly state: 'conflict'; readonly files: readonly string[] }
  /** It is nowhere to be found. */
  | { readonly state: 'lost' }

/** What stands on this disk of a worktree, also half made. */
export type HeldWorktree = {
  /** Another machine may have the same. */
  readonly path: string
  /** Of the claims under which it was made or gone on with; none where a release that noted none has made it. */
  readonly epochs: readonly number[]
  readonly isWhole: boolean
}

/** A worktree as its folders on this disk tell of it. */
export type FoundWorktree = Omit<Worktree, 'baseBranch' | 'isAgents'> & { readonly baseBranch?: string }

/** Plain data: kept in the spawned event and handed back to every later call. */
export type Worktree = {
  readonly repository: string
  readonly path: string
  /** The bare mirror that the worktree belongs to; show it read-only in the sandbox so that git can read there. */
  readonly mirrorPath: string
  /** What git keeps about this worktree, to be shown read-only as well. */
  readonly gitPath: string
  readonly epoch?: number | undefined
  readonly branch: string
  readonly baseBranch: string
  readonly baseCommit: string
  /** An agent had written in it before this one began: what its files say is no person's word. */
  readonly isAgents: boolean
  readonly submodules: Submodules
  /** Where it was just made from a branch that there was: how, and where that stands. */
  readonly restored?: Restored
  readonly head?: string
}

/** What has become of a worktree's submodules; paths are relative to the worktree. */
export type Submodules = {
  /** Filled from `mirror`; what was written there stands in the index file of this name. */
  readonly filled: readonly { readonly path: string; readonly mirror: string; readonly index: string }[]
  readonly empty: readonly { readonly path: string; readonly reason: string }[]
}

/** A commit that is to stand on its branch, or to go out, and does not yet. */
export type Candidate = { readonly stage: CheckStage; readonly commit: string; readonly tree: string }
/** Whether it may. What is refused moves no branch and is sent nowhere. */
export type Approve = (candidate: Candidate) => Promise<GitResult<void>>

/** The files of one commit in a folder that no agent has written in. It goes when it is disposed of. */
export type Trial = Pick<Worktree, 'path' | 'gitPath' | 'mirrorPath'> & AsyncDisposable

export type CommitRequest = {
  readonly message: string
  /** Written below the message, e.g. `{'Mosaic-Session': id, 'Mosaic-Step': step}`. */
  readonly trailers: Readonly<Record<string, string>>
  /** A trailer whose value names this very step: a commit of the branch that has it is answered, not made again. */
  readonly idempotencyTrailer?: string
  readonly allowed?: readonly AllowedSecret[]
  /** Of the workspace: what is a secret there, and what is none. */
  readonly rules?: WorkspaceRules | undefined
  readonly approve?: Approve | undefined
}

export type Commit = {
  readonly commit: string
  readonly branch: string
  readonly files: number
  readonly insertions: number
  readonly deletions: number
  /** Failed: the commit is in the mirror alone. It may have another name at origin: its own can be taken there. */
  readonly push: Push
  /** Files in which the branch conflicts with what its base branch is at origin now. */
  readonly conflictsWithBase: readonly string[]
  /** What was changed and is no part of the commit: below a submodule, or in a repository of its own. At most 50. */
  readonly leftOut: readonly string[]
  /** true when a commit with the idempotency trailer was already there. */
  readonly alreadyMade: boolean
}

export type MergeRequest = {
  readonly branch: string
  readonly trailers: Readonly<Record<string, string>>
  readonly approve?: Approve | undefined
}

export type Merge = {
  readonly commit: string
  readonly branch: string
  readonly message: string
  readonly files: number
  readonly insertions: number
  readonly deletions: number
  readonly merged: string
  /** false when the branch held nothing new. */
  readonly changed: boolean
  readonly push: Push
}

export type Kept = {
  /** `null`: everything is committed. */
  readonly work: KeptWork | null
  /** What is no part of the repository, and so of no commit: repositories in it, files below submodules. */
  readonly leftOut: readonly string[]
}

/** A worktree's files as they were at some moment, as a commit beside the branch, in the mirror alone. */
export type Checkpoint = {
  readonly ref: string
  readonly commit: string
  /** How many differ from the branch. */
  readonly files: number
  readonly mirror: string
}

export type CheckpointRequest = {
  readonly sessionId: string
  /** Of the fact after which the files are as they are. */
  readonly revision: number
  /** The commit of the checkpoint before. */
  readonly last: string | null
}

/** An agent's branch as the log knows it: its worktree may be gone. */
export type AgentBranch = AgentWork &
  Pick<Worktree, 'repository' | 'branch' | 'baseBranch' | 'baseCommit'> & {
    readonly allowed: readonly AllowedSecret[]
    readonly rules?: WorkspaceRules | undefined
  }

export type Pushed = { readonly commit: string; readonly push: Push }

export type KeepRequest = {
  readonly sessionId: string
  readonly trailers: Readonly<Record<string, string>>
  readonly allowed?: readonly AllowedSecret[]
  readonly rules?: WorkspaceRules | undefined
  /** false: it is not tried to get it to origin now. */
  readonly push: boolean
}

export type CommitKept = {
  /** The commit that holds it. */
  readonly kept: string
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** An agent's branch, and the one that it is to be merged into. */
export type BranchOf = {
  readonly repository: string
  readonly branch: string
  readonly base: string
  /** Where it could not be pushed under its own name. */
  readonly branchAtOrigin?: string
  /** The commit that its work began at. */
  readonly begunAt?: string
}

/** How a branch stands to its base, as origin has it now. */
export type BranchLook = {
  readonly commit: string
  readonly baseCommit: string
  /** Commits that the base does not have, and commits of the base that it does not have. */
  readonly ahead: number
  readonly behind: number
  readonly isMerged: boolean
  /** Files in which the two cannot be merged as they are. */
  readonly conflicts: readonly string[]
  /** What it changes; counts are `null` where a file is no text. */
  readonly files: readonly {
    readonly path: string
    readonly insertions: number | null
    readonly deletions: number | null
  }[]
  readonly moreFiles: number
  /** Newest first; no more than somebody reads. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[]
}

export type LandRequest = {
  readonly method: 'merge' | 'squash'
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** The commit at which the base stands then; not changed: it had all of it already. */
export type Landed = { readonly commit: string; readonly changed: boolean }

/** A branch that is to be put on top of others. The message is that of a merge, or of the one commit that it becomes. */
export type ToStack = Pick<BranchOf, 'branch' | 'branchAtOrigin'> & {
  readonly how: LandingHow
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

export type StackRequest = Pick<BranchOf, 'repository' | 'base'> & {
  readonly branches: readonly ToStack[]
  /** Holds the tip. */
  readonly ref: string
  /** What the commits are dated; ISO 8601. */
  readonly at: string
}

/** What has become of one of them. `withBase`: it conflicts with the base itself, not only with those below it. */
export type StackedBranch =
  | { readonly state: 'stacked'; readonly commit: string }
  | { readonly state: 'conflict'; readonly files: readonly string[]; readonly withBase: boolean }
  | { readonly state: 'missing'; readonly message: string }

export type Stacked = {
  readonly baseCommit: string
  readonly commit: string
  readonly tree: string
  /** In the order in which they were asked for. */
  readonly branches: readonly StackedBranch[]
}

export type AdvanceRequest = Pick<BranchOf, 'repository' | 'base'> & {
  readonly from: string
  readonly to: string
  /** Where the commit is offered when the base is checked out. */
  readonly ref: string
  /** It has been offered there. */
  readonly isHeld: boolean
}

export type Advanced = PushedStack

/** Puts branches on their base, several on top of each other, and moves the base when that was found good. */
export interface Landings {
  stack(request: StackRequest): Promise<GitResult<Stacked>>
  advance(request: AdvanceRequest): Promise<GitResult<Advanced>>
}

export type RemovedRefs = { readonly atOrigin: readonly string[] }

/** Runs a step, e.g. while nothing inside a sandbox can change the worktree. */
export type Still = <T>(step: () => Promise<T>) => Promise<T>

/** The sandbox of the worktree's agent, which stands still while git looks at the files. */
export type AgentSandbox = { readonly kind: SandboxKind; readonly whileStill: Still }

/** What has become of agents' branches: looked at, merged and removed in the mirror, whoever else works on them. */
export interface AgentBranches {
  look(of: BranchOf): Promise<GitResult<BranchLook>>
  /** The change that a branch is, or a commit of what was kept beside it; cut off where nobody would read it all. */
  patch(of: BranchOf, kept?: string): Promise<GitResult<{ patch: string; isCutOff: boolean }>>
  /** Merges it into its base and pushes that; nothing is ever forced, and on conflict nothing changes. */
  land(of: BranchOf, request: LandRequest): Promise<GitResult<Landed>>
  /** Makes what was kept beside a branch a commit on it, as its agent would have, and pushes that. */
  commitKept(branch: AgentBranch, request: CommitKept): Promise<GitResult<Commit>>
  /** Takes refs away, at origin and in the mirror. What is not there is gone already. */
  remove(of: BranchOf, refs: readonly string[]): Promise<GitResult<RemovedRefs>>
}

/** A ref of ours in a mirror. `sessionId`: whose it is, as far as its name says. */
export type StoredRef = {
  readonly kind: 'checkpoint' | 'uncommitted' | 'base' | 'branch'
  readonly ref: string
  readonly sessionId: string | null
  /** Of a checkpoint: the fact that it was made after. */
  readonly revision: number
  /** When what it names was made; in milliseconds since 1970. */
  readonly at: number
}

/** `usedAt`: when its origin was last asked; in milliseconds since 1970. */
export type StoredMirror = {
  readonly path: string
  readonly repository: string
  readonly refs: readonly StoredRef[]
  readonly usedAt: number
}

/** What mirrors hold that nobody's origin asked for. */
export interface StoredWork {
  mirrors(): Promise<StoredMirror[]>
  drop(mirror: string, refs: readonly string[]): Promise<void>
  /** Not while a worktree stands on it; answers whether it is gone. */
  removeMirror(mirror: string): Promise<boolean>
}

/** Errors that people can cause are values; a broken git or disk throws GitFault. */
export interface GitWorkspace {
  /** Cheap look (ls-remote) before anything is recorded. Without a branch: the repository's default branch. */
  inspectRepository(repository: string, branch?: string): Promise<GitResult<RepositoryInfo>>
  /**
   * What stands at a branch now; at `commit` where that is given, and known here already.
   * @param at.asSeen As it was when somebody has just looked at the repository is new enough.
   */
  snapshot(repository: string, at: { branch: string; commit?: string; asSeen?: boolean }): Promise<GitResult<Snapshot>>
  /** What a person's checkout has that no commit holds; `null` where there is no checkout. */
  lookAtCheckout(repository: string): Promise<GitResult<LocalChanges | null>>
  /** The same as a commit in the mirror; `null` where nothing is changed. */
  takeChanges(repository: string): Promise<GitResult<TakenChanges | null>>
  /** Called again with the same agent and task it answers the worktree that is there. */
  createWorktree(request: WorktreeRequest): Promise<GitResult<Worktree>>
  /** Stages everything, scans for secrets, commits, checks for conflict with origin's branch, pushes. */
  commit(worktree: Worktree, request: CommitRequest, sandbox?: AgentSandbox): Promise<GitResult<Commit>>
  /** Merges another branch of the repository into the worktree's. On conflict nothing changes and `details.files` names them. */
  mergeBranch(worktree: Worktree, request: MergeRequest, sandbox?: AgentSandbox): Promise<GitResult<Merge>>
  /** What `commit` would commit: the files, or the folders where all that is in them is new. */
  changedFiles(worktree: Worktree, sandbox?: AgentSandbox): Promise<readonly string[]>
  /** A commit that is known here, written out to be tried. */
  tryOut(repository: string, commit: string): Promise<GitResult<Trial>>
  /** What a commit changes against an earlier one; both are known here. */
  change(repository: string, between: { readonly base: string; readonly commit: string }): Promise<GitResult<Change>>
  /** The worktree that stands on this disk; nobody else is asked. */
  findWorktree(work: AgentWork): Promise<FoundWorktree | undefined>
  /** The same, complete or not, as what it is known by. */
  heldWorktree(work: AgentWork): Promise<HeldWorktree | undefined>
  /**
   * Makes what is not committed a commit on top of the branch, under a ref of its own: in the mirror, and at origin
   * unless it holds secrets. Called again it answers the same commit.
   */
  keepUncommitted(worktree: FoundWorktree, request: KeepRequest, beside?: SandboxKind): Promise<GitResult<Kept>>
  /** Whether its files may have changed since then, in milliseconds since 1970; a quick look. */
  hasChangedSince(worktree: Worktree, since: number): Promise<boolean>
  /** Keeps the files as they are; `null` where they are as they were at the last checkpoint, or at the branch. */
  checkpoint(
    worktree: Worktree,
    request: CheckpointRequest,
    sandbox: AgentSandbox,
  ): Promise<GitResult<Checkpoint | null>>
  /** Sends the branch to origin, from the mirror. `null`: nothing was committed on it. */
  pushBranch(branch: AgentBranch, approve?: Approve): Promise<GitResult<Pushed | null>>
  /** The same for what was kept of uncommitted work. */
  pushKept(branch: AgentBranch): Promise<GitResult<Pushed | null>>
  /**
   * A session's branch and its newest checkpoint as a git bundle for another machine, a file for as long as `send` takes;
   * `undefined` where the origin has it all.
   */
  packUp<T>(
    worktree: Pick<FoundWorktree, 'mirrorPath' | 'branch'>,
    checkpoint: Pick<StoredCommit, 'ref'> | null,
    send: (file: string) => Promise<T>,
  ): Promise<T | undefined>
  /** Takes in what another machine has packed up and `fetch` writes, where it does. @throws GitFault where it cannot be had */
  unpack(packed: {
    repository: string
    baseBranch: string
    branch: string
    fetch: (file: string) => Promise<boolean>
  }): Promise<GitResult<void>>
  /** The branch stays; the folder goes, with whatever is in it. */
  removeWorktree(work: AgentWork): Promise<void>
  readonly branches: AgentBranches
  readonly landings: Landings
  readonly stored: StoredWork
  /** Takes away what crashes have left half done. */
  removeUnfinished(): Promise<void>
  /** Whose worktree folders there are now. */
  worktrees(): Promise<AgentWork[]>
}

export class GitFault extends Error {
  override readonly name = 'GitFault'
}
