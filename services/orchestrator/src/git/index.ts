export { branchNameOf } from './branch-name.ts'
export {
  type AgentBranch,
  type AgentBranches,
  type Approve,
  type Candidate,
  type BranchOf,
  type EmptyWorktree,
  type AgentWork,
  type GitError,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type GitWorkspace,
  type HeldWorktree,
  type Landings,
  type StackedBranch,
  type ToStack,
  type Restored,
  type StoredCommit,
  type StoredMirror,
  type StoredRef,
  type StoredWork,
  type Submodules,
  type Trial,
  type Worktree,
  type WorktreeRequest,
  type WriteInside,
} from './contract/index.ts'
export type { Change } from './change.ts'
export type { TakenChanges } from './checkouts.ts'
export { saysDiskFull } from './failures.ts'
export { isWorkBranch, landingRef } from './names.ts'
export { KeyedLock } from './locks.ts'
export { parseRepository } from './repository-address.ts'
export { SharedReads } from './shared-turns.ts'
export { Snapshot, type SnapshotFile } from './snapshot.ts'
export { createGitWorkspace, defaultMostKeptBytes } from './workspace.ts'
