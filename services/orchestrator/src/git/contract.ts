import type { AllowedSecret, KeptWork, Push, SandboxKind } from '@mosaic/contracts/agent-session'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { LocalChanges } from '@mosaic/contracts/repository'
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
  | 'COMMIT_INVALID'
  | 'STAGING_FAILED'
  | 'CHECKOUT_FAILED'
  | 'PUSH_REJECTED'
  | 'BRANCH_CHECKED_OUT'
  | 'MERGE_CONFLICT'
  | 'UNCOMMITTED_CHANGES'
  | 'GIT_TIMEOUT'

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
  /** Its name; see branch-name.ts. */
  readonly branch: string
  /** An absolute path or a file://, https:// or ssh:// URL (also git@host:path). */
  readonly repository: string
  readonly baseBranch: string
  /** Where it begins, if not at the branch: a commit that is in the mirror. */
  readonly from?: string | undefined
  /** Goes on with the branch, which there is, and with what was kept beside it. */
  readonly continues?: { readonly baseCommit: string; readonly kept: string | null }
}

/** What has become of uncommitted work that was to be restored. */
export type Restored =
  | { readonly state: 'restored' }
  | { readonly state: 'conflict'; readonly files: readonly string[] }

/** A worktree as its folders on this disk tell of it. */
export type FoundWorktree = Omit<Worktree, 'baseBranch'> & { readonly baseBranch?: string }

/** Plain data: kept in the spawned event and handed back to every later call. */
export type Worktree = {
  readonly repository: string
  readonly path: string
  /** The bare mirror that the worktree belongs to; show it read-only in the sandbox so that git can read there. */
  readonly mirrorPath: string
  /** What git keeps about this worktree, to be shown read-only as well. */
  readonly gitPath: string
  readonly branch: string
  readonly baseBranch: string
  readonly baseCommit: string
  readonly submodules: Submodules
  /** Where it was just made from a branch that there was. */
  readonly restored?: Restored
}

/** What has become of a worktree's submodules; paths are relative to the worktree. */
export type Submodules = {
  /** Filled from `mirror`; what was written there stands in the index file of this name. */
  readonly filled: readonly { readonly path: string; readonly mirror: string; readonly index: string }[]
  readonly empty: readonly { readonly path: string; readonly reason: string }[]
}

export type CommitRequest = {
  readonly message: string
  /** Written below the message, e.g. `{'Mosaic-Session': id, 'Mosaic-Step': step}`. */
  readonly trailers: Readonly<Record<string, string>>
  /** A trailer whose value names this very step: a commit of the branch that has it is answered, not made again. */
  readonly idempotencyTrailer?: string
  readonly allowed?: readonly AllowedSecret[]
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

/** An agent's branch as the log knows it: its worktree may be gone. */
export type AgentBranch = AgentWork &
  Pick<Worktree, 'repository' | 'branch' | 'baseBranch' | 'baseCommit'> & { readonly allowed: readonly AllowedSecret[] }

export type Pushed = { readonly commit: string; readonly push: Push }

export type KeepRequest = {
  readonly sessionId: string
  readonly trailers: Readonly<Record<string, string>>
  readonly allowed?: readonly AllowedSecret[]
  /** false: it is not tried to get it to origin now. */
  readonly push: boolean
}

/** An agent's branch, and the one that it is to be merged into. */
export type BranchOf = {
  readonly repository: string
  readonly branch: string
  readonly base: string
  /** Where it could not be pushed under its own name. */
  readonly branchAtOrigin?: string
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
}

export type LandRequest = {
  readonly method: 'merge' | 'squash'
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** The commit at which the base stands then; not changed: it had all of it already. */
export type Landed = { readonly commit: string; readonly changed: boolean }

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
  /** Takes refs away, at origin and in the mirror. What is not there is gone already. */
  remove(of: BranchOf, refs: readonly string[]): Promise<GitResult<RemovedRefs>>
}

/** Errors that people can cause are values; a broken git or disk throws GitFault. */
export interface GitWorkspace {
  /** Cheap look (ls-remote) before anything is recorded. Without a branch: the repository's default branch. */
  inspectRepository(repository: string, branch?: string): Promise<GitResult<RepositoryInfo>>
  /** What stands at a branch now; at `commit` where that is given, and known here already. */
  snapshot(repository: string, at: { branch: string; commit?: string }): Promise<GitResult<Snapshot>>
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
  /** The worktree that stands on this disk; nobody else is asked. */
  findWorktree(work: AgentWork): Promise<FoundWorktree | undefined>
  /**
   * Makes what is not committed a commit on top of the branch, under a ref of its own: in the mirror, and at origin
   * unless it holds secrets. Called again it answers the same commit.
   */
  keepUncommitted(worktree: FoundWorktree, request: KeepRequest, beside?: SandboxKind): Promise<GitResult<Kept>>
  /** Sends the branch to origin, from the mirror. `null`: nothing was committed on it. */
  pushBranch(branch: AgentBranch): Promise<GitResult<Pushed | null>>
  /** The same for what was kept of uncommitted work. */
  pushKept(branch: AgentBranch): Promise<GitResult<Pushed | null>>
  /** The branch stays; the folder goes, with whatever is in it. */
  removeWorktree(work: AgentWork): Promise<void>
  readonly branches: AgentBranches
  /** Whose worktree folders there are now. */
  worktrees(): Promise<AgentWork[]>
}

export class GitFault extends Error {
  override readonly name = 'GitFault'
}
