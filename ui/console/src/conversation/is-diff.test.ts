import { expect, test } from 'vitest'
import { isDiff } from './is-diff.ts'

test('a diff is known by its two first lines', () => {
  expect(isDiff('--- a.js\n+++ a.js\n@@ -1 +1 @@\n-x\n+y\n')).toBe(true)
  expect(isDiff('--- a.js\n')).toBe(false)
  expect(isDiff('- one\n+ two')).toBe(false)
})
