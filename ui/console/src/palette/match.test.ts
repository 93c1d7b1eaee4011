import { expect, test } from 'vitest'
import { rank } from './match.ts'

test('every word must be there, in any order', () => {
  expect(rank('Kill fixer…', 'fix kill')).not.toBeNull()
  expect(rank('Kill fixer…', 'kill docs')).toBeNull()
})

test('the start of a word is better than its middle', () => {
  expect(rank('Pause fixer', 'fix')!).toBeLessThan(rank('Open prefixer', 'fix')!)
})
