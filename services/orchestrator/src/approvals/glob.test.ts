import { expect, test } from 'vitest'
import { fits } from './glob.ts'

test.each([
  ['git *', 'git push', true],
  ['git *', 'git', false],
  ['git*', 'git', true],
  ['*', 'a/b c', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['{a,bc}d', 'bcd', true],
  ['{a,bc}d', 'abcd', false],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(fits(pattern, text)).toBe(expected)
})

test.each([
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a/b.ts', false],
  ['src/**', 'src/a/b.ts', true],
  ['**/.env', '.env', true],
  ['**/.env', 'a/b/.env', true],
  ['a/**/b', 'a/b', true],
  ['?', '/', false],
])('of paths %s and %s: %s', (pattern, path, expected) => {
  expect(fits(pattern, path, { paths: true })).toBe(expected)
})

test('a text that was written to be slow is read once', () => {
  const startedAt = performance.now()
  expect(fits('*a*a*a*a*a*a*a*a*b', 'a'.repeat(16_000))).toBe(false)
  expect(performance.now() - startedAt).toBeLessThan(1000)
})
