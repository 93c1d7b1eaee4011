import { expect, test } from 'vitest'
import { warningsOf } from './warnings.ts'

const of = (path: string, gone: string[] = [], come: string[] = []) =>
  warningsOf({ files: [{ path, insertions: 0, deletions: 0 }], texts: new Map([[path, { gone, come }]]) }).map(
    ({ output }) => output,
  )

test.each([
  ['mosaic.yaml', 'is changed: it states what agents may do here, and the gates'],
  ['.github/workflows/ci.yml', 'is changed: it is what CI runs'],
  ['app/package.json', 'is changed: it may state what the gates run'],
  ['vitest.config.ts', 'is changed: it sets what a gate looks at'],
])('a change of %s is pointed out', (path, expected) => {
  expect(of(path)).toEqual([expected])
})

test('assertions that are gone from a test are pointed out, those that moved are not', () => {
  expect(of('test/a.test.js', ['  expect(a).toBe(1)', '  assert.equal(b, 2)'], ['  expect(a).toBe(1)'])).toEqual([
    '1 assertion is gone from this test',
  ])
  expect(of('test/a.test.js', ['  expect(a).toBe(1)'], ['  expect(a).toBe(2)'])).toEqual([])
  expect(of('src/a.js', ['  assert(x)'])).toEqual([])
})

test('tests that are skipped from now on are pointed out', () => {
  expect(of('test/a.test.js', [], ["it.skip('x', () => {})"])).toEqual(['tests are skipped in it that were not before'])
})
