import { expect, test } from 'vitest'
import { judgeCoverage, readReport } from './coverage.ts'

const lcov = 'SF:src/a.js\nDA:1,1\nDA:2,0\nDA:3,4\nend_of_record\nSF:src/b.js\nDA:1,0\nend_of_record\n'
const covered = readReport(lcov, (path) => path)
const changed = { of: 'changed', least: 85 } as const
const added = (entries: Record<string, number[]>) => new Map(Object.entries(entries))

test('of changed lines only those count that a program can reach', () => {
  expect(judgeCoverage(covered, added({ 'src/a.js': [1, 3, 9] }), changed)).toEqual({
    passed: true,
    details: [{ output: '2 of 2 changed lines are covered (100.0 %, at least 85 %)' }],
  })
})

test('too little is refused with the lines that are not covered', () => {
  expect(judgeCoverage(covered, added({ 'src/a.js': [1, 2] }), changed)).toEqual({
    passed: false,
    details: [
      { file: 'src/a.js', line: 2, output: 'not covered' },
      { output: '1 of 2 changed lines are covered (50.0 %, at least 85 %)' },
    ],
  })
})

test('a source that no test has loaded is not covered; tests and other files are not asked', () => {
  const { passed, details } = judgeCoverage(
    covered,
    added({ 'src/new.js': [1], 'test/x.js': [1], 'a.md': [1] }),
    changed,
  )
  expect(passed).toBe(false)
  expect(details[0]).toEqual({ file: 'src/new.js', line: 1, output: 'not covered' })
  expect(details).toHaveLength(2)
})

test('of the whole repository all lines count', () => {
  expect(judgeCoverage(covered, added({}), { of: 'repository', least: 50 }).passed).toBe(true)
  expect(judgeCoverage(covered, added({}), { of: 'repository', least: 51 }).passed).toBe(false)
})

test('a change without a line of code has nothing to cover', () => {
  expect(judgeCoverage(covered, added({}), changed).passed).toBe(true)
})

test('a profile of Go tells lines by blocks', () => {
  const profile = 'mode: set\nexample.org/m/a.go:3.2,5.3 2 1\nexample.org/m/a.go:7.2,7.9 1 0\n'
  const go = readReport(profile, (path) => path.replace('example.org/m/', ''))
  expect([...go.get('a.go')!]).toEqual([
    [3, true],
    [4, true],
    [5, true],
    [7, false],
  ])
})
