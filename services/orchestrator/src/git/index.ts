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
export { KeyedLock } from './locks.ts'
export { isAgentBranch } from './names.ts'
export { parseRepository } from './repository-address.ts'
export { Snapshot, type SnapshotFile } from './snapshot.ts'
export { createGitWorkspace } from './workspace.ts'
