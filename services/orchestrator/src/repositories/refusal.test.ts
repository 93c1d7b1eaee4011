import { expect, test } from 'vitest'
import type { GitErrorCode } from '../git/index.ts'
import { refusalOf } from './refusal.ts'

test.each([
  ['BRANCH_NOT_FOUND', 'BRANCH_NOT_FOUND', 'branch'],
  ['BRANCH_NAME_INVALID', 'BRANCH_NOT_FOUND', 'branch'],
  ['REPOSITORY_UNREACHABLE', 'REPOSITORY_UNREACHABLE', 'repository'],
  // It was told as an event store that does not answer.
  ['GIT_TIMEOUT', 'REPOSITORY_UNREACHABLE', 'repository'],
  ['REPOSITORY_NOT_FOUND', 'REPOSITORY_NOT_FOUND', 'repository'],
  ['REPOSITORY_NOT_ALLOWED', 'REPOSITORY_NOT_FOUND', 'repository'],
] satisfies [GitErrorCode, string, string][])(
  'what git says of a repository is told as it is: %s',
  (code, told, field) => {
    expect(refusalOf({ code, message: 'why' })).toEqual({ code: told, message: 'why', field })
  },
)
