export {
  type Commit,
  type CommitRequest,
  type GitError,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type GitWorkspace,
  type Merge,
  type MergeRequest,
  type RepositoryInfo,
  type Still,
  type Worktree,
  type WorktreeRequest,
} from './contract.ts'
export { type GitSettings } from './git-command.ts'
export { createGitWorkspace } from './workspace.ts'
export { secretPatterns } from './secrets.ts'
