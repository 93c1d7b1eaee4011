import { expect, test } from 'vitest'
import { changesOffer, hasCheckout } from './changes-offer.ts'

const changes = { branch: 'feature', files: 2, insertions: 5, deletions: 1 }

test('changes are offered where there are some', () => {
  expect(changesOffer({ branch: 'main', changes: null }, '')).toBeUndefined()
  expect(changesOffer({ branch: 'main', changes: { ...changes, files: 0 } }, 'feature')).toBeUndefined()
  expect(changesOffer({ branch: 'main', changes }, ' feature ')).toEqual({ changes, elsewhere: undefined })
})

test('those of another branch than the one to start from are told with that branch', () => {
  expect(changesOffer({ branch: 'main', changes }, '')).toEqual({ changes, elsewhere: { branch: 'feature' } })
  expect(changesOffer({ branch: 'feature', changes }, '')?.elsewhere).toBeUndefined()
  const detached = { ...changes, branch: null }
  expect(changesOffer({ branch: 'main', changes: detached }, 'main')?.elsewhere).toEqual({ branch: null })
})

test('an address has no checkout', () => {
  expect(['/code', ' /code', 'https://example.org/code.git', 'git@example.org:code', ''].map(hasCheckout)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
