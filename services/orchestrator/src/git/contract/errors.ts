import type { Rejection, Result } from '@mosaic/contracts/kernel'

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

export class GitFault extends Error {
  override readonly name = 'GitFault'
}
