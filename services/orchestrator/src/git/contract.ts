import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
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
  /** An absolute path or a file://, https:// or ssh:// URL (also git@host:path). */
  readonly repository: string
  readonly baseBranch: string
}

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
}

export type Commit = {
  readonly commit: string
  readonly branch: string
  readonly files: number
  readonly insertions: number
  readonly deletions: number
  /** false: the commit is in the mirror, and `pushError` says why origin does not have it. */
  readonly pushed: boolean
  /** The branch at origin, where it cannot have the name that it has here: checked out there, or the name is taken. */
  readonly pushedAs?: string
  readonly pushError?: GitError
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
  readonly merged: string
  /** false when the branch held nothing new. */
  readonly changed: boolean
  readonly pushed: boolean
  readonly pushError?: GitError
}

/** Runs a step, e.g. while nothing inside a sandbox can change the worktree. */
export type Still = <T>(step: () => Promise<T>) => Promise<T>

/** The sandbox of the worktree's agent, which stands still while git looks at the files. */
export type AgentSandbox = { readonly kind: SandboxKind; readonly whileStill: Still }

/** Errors that people can cause are values; a broken git or disk throws GitFault. */
export interface GitWorkspace {
  /** Cheap look (ls-remote) before anything is recorded. Without a branch: the repository's default branch. */
  inspectRepository(repository: string, branch?: string): Promise<GitResult<RepositoryInfo>>
  /** What stands at a branch now; at `commit` where that is given, and known here already. */
  snapshot(repository: string, at: { branch: string; commit?: string }): Promise<GitResult<Snapshot>>
  /** Called again with the same agent and task it answers the worktree that is there. */
  createWorktree(request: WorktreeRequest): Promise<GitResult<Worktree>>
  /** Stages everything, scans for secrets, commits, checks for conflict with origin's branch, pushes. */
  commit(worktree: Worktree, request: CommitRequest, sandbox?: AgentSandbox): Promise<GitResult<Commit>>
  /** Merges another branch of the repository into the worktree's. On conflict nothing changes and `details.files` names them. */
  mergeBranch(worktree: Worktree, request: MergeRequest, sandbox?: AgentSandbox): Promise<GitResult<Merge>>
  /** Is there anything that `commit` would commit? */
  hasChanges(worktree: Worktree, sandbox?: AgentSandbox): Promise<boolean>
  /** The branch stays; the folder goes. */
  removeWorktree(worktree: Worktree): Promise<void>
  /** The worktree folders that there are now, by name. */
  worktreeNames(): Promise<string[]>
  /** Removes those of the named folders that are none of these sessions' work; answers the paths that went. */
  pruneOrphans(names: readonly string[], alive: readonly AgentWork[]): Promise<string[]>
}

export class GitFault extends Error {
  override readonly name = 'GitFault'
}
