export { branchNameOf } from './branch-name.ts'
export {
  type AgentBranch,
  type AgentBranches,
  type BranchOf,
  type AgentWork,
  type GitError,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type GitWorkspace,
  type Restored,
  type Submodules,
  type Worktree,
  type WorktreeRequest,
} from './contract.ts'
export type { TakenChanges } from './checkouts.ts'
export { KeyedLock } from './locks.ts'
export { isWorkBranch } from './names.ts'
export { parseRepository } from './repository-address.ts'
export { Snapshot, type SnapshotFile } from './snapshot.ts'
export { createGitWorkspace } from './workspace.ts'
