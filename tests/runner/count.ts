import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from '../steps.ts'

/** `skipped`: why nothing could be found out. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped?: string }
/** Runs a program and answers its exit code and the end of what it printed. */
export type Run = (command: readonly string[]) => Promise<{ code: number; tail: string }>

/** Runs a step and counts what passed and failed in it. `scratch` is a folder for reports. */
export async function count({ name, command, count }: Step, run: Run, scratch: string): Promise<Tally> {
  const report = join(scratch, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code, tail } = await run(count === 'vitest' ? [...command, ...reporters] : command)
  const [, skipped] = tail.trimEnd().match(/(?:^|\n)skipped: ([^\n]+)$/) ?? []
  if (code === 0 && skipped !== undefined) return { passed: 0, failed: 0, skipped }
  switch (count) {
    case 'exit':
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
    case 'line': {
      const found = tail.trimEnd().match(/(?:^|\n)(\d+) passed, (\d+) failed[^\n]*$/)
      return honest(code, { passed: Number(found?.[1] ?? 0), failed: Number(found?.[2] ?? 0) })
    }
    case 'vitest':
      return honest(code, readReport(report))
  }
}

/** An exit code other than 0 is a failure, and so is a run that ran nothing. */
const honest = (code: number, { passed, failed }: Tally): Tally => ({
  passed,
  failed: (code !== 0 || passed === 0) && failed === 0 ? 1 : failed,
})

type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { status: string }[] }[]
}

/** A file that fails with none of its tests, for instance because it cannot begin, is one failure. */
function readReport(file: string): Tally {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
    const asSuch = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
    )
    return { passed: numPassedTests, failed: numFailedTests + asSuch.length }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
