import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { count } from './count.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mosaic-count-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const counting = (report: object, code: number) =>
  count(
    { name: 'some', command: ['vitest'], count: 'vitest' },
    (command) => {
      const file = command.find((word) => word.startsWith('--outputFile'))?.split('=')[1] ?? ''
      writeFileSync(file, JSON.stringify(report))
      return Promise.resolve({ code, tail: '' })
    },
    scratch,
  )

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
})

test('a file that could not begin was not counted where another had a test that failed', async () => {
  const testResults = [
    file('passed', 'passed', 'passed'),
    file('failed', 'passed', 'failed'),
    file('failed', 'skipped'),
  ]
  const report = { numPassedTests: 3, numFailedTests: 1, testResults }
  expect(await counting(report, 1)).toEqual({ passed: 3, failed: 2 })
})

test('nothing that ran is a failure, and so is an exit code without any', async () => {
  expect(await counting({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0)).toEqual({ passed: 0, failed: 1 })
  const passed = { numPassedTests: 1, numFailedTests: 0, testResults: [file('passed', 'passed')] }
  expect(await counting(passed, 1)).toEqual({ passed: 1, failed: 1 })
  expect(await counting(passed, 0)).toEqual({ passed: 1, failed: 0 })
})

test.each(['exit', 'line', 'vitest'] as const)('who could not find out says why, counted by %s', async (how) => {
  const saying = (tail: string, code = 0) =>
    count({ name: 'some', command: ['x'], count: how }, () => Promise.resolve({ code, tail }), scratch)
  expect(await saying('…\nskipped: only root can\n')).toEqual({ passed: 0, failed: 0, skipped: 'only root can' })
  expect(await saying('skipped: only root can\n', 1)).toMatchObject({ failed: 1 })
})
