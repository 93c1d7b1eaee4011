import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from '../steps.ts'

export type Tally = { readonly passed: number; readonly failed: number }
/** Runs a program and answers its exit code and the end of what it printed. */
export type Run = (command: readonly string[]) => Promise<{ code: number; tail: string }>

/** Runs a step and counts what passed and failed in it. `scratch` is a folder for reports. */
export async function count({ name, command, count }: Step, run: Run, scratch: string): Promise<Tally> {
  switch (count) {
    case 'exit': {
      const { code } = await run(command)
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
    }
    case 'line': {
      const { code, tail } = await run(command)
      const found = tail.trimEnd().match(/(?:^|\n)(\d+) passed, (\d+) failed[^\n]*$/)
      return honest(code, { passed: Number(found?.[1] ?? 0), failed: Number(found?.[2] ?? 0) })
    }
    case 'vitest': {
      const report = join(scratch, `${name}.json`)
      const { code } = await run([...command, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
      return honest(code, readReport(report))
    }
  }
}

/** An exit code other than 0 is a failure, and so is a run that ran nothing. */
const honest = (code: number, { passed, failed }: Tally): Tally => ({
  passed,
  failed: (code !== 0 || passed === 0) && failed === 0 ? 1 : failed,
})

function readReport(file: string): Tally {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
