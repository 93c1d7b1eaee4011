import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { branchNameOf, slugOf } from './branch-name.ts'
import { checkBranchName } from './names.ts'

const sessionId = '0190d1c8-0000-7000-8000-00abcdef1234'

test.each([
  ['Fix the failing test', 'mosaic/fix-the-failing-test-cdef1234'],
  ['  Write docs\nwith examples', 'mosaic/write-docs-cdef1234'],
  ['Größe prüfen: naïve café', 'mosaic/große-prufen-naive-cafe-cdef1234'],
  ['修复失败的测试', 'mosaic/修复失败的测试-cdef1234'],
  ['हिन्दी में लिखो', 'mosaic/हिन्दी-में-लिखो-cdef1234'],
  ['.lock ../.. @{-1} ~^:?*[ \\ .', 'mosaic/lock-1-cdef1234'],
  ['…!?', 'mosaic/cdef1234'],
  ['🚀', 'mosaic/cdef1234'],
])('a task %j is worked on at %s', (task, branch) => expect(branchNameOf(task, sessionId)).toBe(branch))

test('a long task is cut between words, a long word within', () => {
  expect(slugOf('rewrite the whole of the parser so that it takes comments')).toBe(
    'rewrite-the-whole-of-the-parser-so-that',
  )
  expect(slugOf('x'.repeat(300))).toBe('x'.repeat(40))
})

test('whatever a task says, git takes the name of its branch', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (task) => {
      const name = branchNameOf(task, sessionId)
      expect(checkBranchName(name)).toEqual({ ok: true, value: name })
      expect(Buffer.byteLength(name)).toBeLessThan(240)
    }),
  )
})
