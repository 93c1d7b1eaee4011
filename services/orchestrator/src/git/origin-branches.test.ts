import { expect, test } from 'vitest'
import { readListing } from './origin-branches.ts'

test('of an empty repository it was said that a branch is missing, not that nothing is committed', () => {
  expect(readListing('', undefined)).toMatchObject({
    error: {
      code: 'BRANCH_NOT_FOUND',
      message: 'The repository has no branch main. It has none: nothing is committed in it yet.',
    },
  })
})
