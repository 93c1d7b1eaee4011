export {
  type GitError,
  type GitErrorCode,
  GitFault,
  type GitResult,
  type GitWorkspace,
  type Submodules,
  type Worktree,
} from './contract.ts'
export { createGitWorkspace } from './workspace.ts'
