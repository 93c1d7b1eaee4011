import { expect, test } from 'vitest'
import { detailsOf } from './places.ts'

const files = new Set(['src/sum.js', 'test/sum.test.js', 'pkg/a.py'])
const placed = (output: string, roots: readonly string[] = ['/workspace']) =>
  detailsOf(output, files, roots).flatMap(({ file, line }) => (file === undefined ? [] : [`${file}:${line}`]))

test.each([
  ['src/sum.js:3:5: unexpected token', ['src/sum.js:3']],
  ['    at file:///workspace/test/sum.test.js:12:7', ['test/sum.test.js:12']],
  ['./src/sum.js(4,1): error TS1005', ['src/sum.js:4']],
  ['  File "/workspace/pkg/a.py", line 7, in f', ['pkg/a.py:7']],
  ['node:internal/modules:1 and /usr/lib/x.js:3', []],
])('%s names %j', (output, expected) => {
  expect(placed(output)).toEqual(expected)
})

test('a place is named once, and the end of what was said comes after all places', () => {
  const details = detailsOf('src/sum.js:3 a\nsrc/sum.js:3 b\nthe end\n', files, [])
  expect(details).toEqual([
    { file: 'src/sum.js', line: 3, output: 'src/sum.js:3 a' },
    { output: 'src/sum.js:3 a\nsrc/sum.js:3 b\nthe end' },
  ])
})
