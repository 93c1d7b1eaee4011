import { expect, test } from 'vitest'
import { shareOf } from './share-of.ts'

test('orchestrators together use no more than the limits', () => {
  const limits = { concurrency: 8, requestsPerMinute: 500, tokensPerMinute: 200_000 }
  for (const among of [1, 2, 3, 8]) {
    const share = shareOf(limits, among)
    for (const limit of ['concurrency', 'requestsPerMinute', 'tokensPerMinute'] as const) {
      expect((share[limit] ?? Infinity) * among).toBeLessThanOrEqual(limits[limit])
    }
  }
  expect(shareOf(limits, 1)).toEqual({ ...limits, among: 1 })
})

test('what is not limited is not, and nobody is shut out', () => {
  expect(shareOf({ concurrency: 1 }, 3)).toEqual({ concurrency: 1, among: 3 })
})
