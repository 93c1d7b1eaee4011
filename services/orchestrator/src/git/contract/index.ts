export { type GitError, type GitErrorCode, GitFault, type GitResult } from './errors.ts'
export type {
  AgentSandbox,
  AgentWork,
  EmptyWorktree,
  FoundWorktree,
  HeldWorktree,
  Restored,
  Still,
  StoredCommit,
  Submodules,
  Trial,
  Worktree,
  WorktreeRequest,
  WriteInside,
} from './worktree.ts'
export type { Approve, Candidate, Commit, CommitRequest, Merge, MergeRequest, Pushed } from './commit.ts'
export type { Checkpoint, CheckpointRequest, CommitKept, KeepRequest, Kept } from './kept.ts'
export type { AgentBranch, AgentBranches, BranchLook, BranchOf, LandRequest, Landed, RemovedRefs } from './branches.ts'
export type { AdvanceRequest, Advanced, Landings, StackRequest, Stacked, StackedBranch, ToStack } from './landings.ts'
export type { StoredMirror, StoredRef, StoredWork } from './stored.ts'
export type { GitWorkspace, RepositoryInfo } from './workspace.ts'
