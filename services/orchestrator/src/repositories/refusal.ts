import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { GitError } from '../git/index.ts'

/** What git says of a repository, as an answer to who has named it. */
export function refusalOf({ code, message }: GitError): Rejection<RejectionCode> {
  if (code === 'BRANCH_NOT_FOUND' || code === 'BRANCH_NAME_INVALID') {
    return { code: 'BRANCH_NOT_FOUND', message, field: 'branch' }
  }
  const isAway = code === 'REPOSITORY_UNREACHABLE' || code === 'GIT_TIMEOUT'
  return { code: isAway ? 'REPOSITORY_UNREACHABLE' : 'REPOSITORY_NOT_FOUND', message, field: 'repository' }
}
