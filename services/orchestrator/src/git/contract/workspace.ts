import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { LocalChanges } from '@mosaic/contracts/repository'
import type { Change } from '../change.ts'
import type { TakenChanges } from '../checkouts.ts'
import type { Snapshot } from '../snapshot.ts'
import type { AgentBranch, AgentBranches } from './branches.ts'
import type { Approve, Commit, CommitRequest, Merge, MergeRequest, Pushed } from './commit.ts'
import type { GitResult } from './errors.ts'
import type { Checkpoint, CheckpointRequest, KeepRequest, Kept } from './kept.ts'
import type { Landings } from './landings.ts'
import type { StoredWork } from './stored.ts'
import type {
  AgentSandbox,
  AgentWork,
  FoundWorktree,
  HeldWorktree,
  StoredCommit,
  Trial,
  Worktree,
  WorktreeRequest,
} from './worktree.ts'

export type RepositoryInfo = {
  /** The default branch, or the branch that was asked for. */
  readonly branch: string
  readonly commit: string
  readonly branches: readonly string[]
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
