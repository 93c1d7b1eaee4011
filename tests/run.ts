// Runs every step of steps.ts (those named on the command line; with --nightly the long ones) and ends with
// `N passed, N failed`, counted from what really ran. A step that fails without saying which test counts as one failure.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nightly, type Step, steps as daily } from './steps.ts'

type Tally = { passed: number; failed: number }
const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'mosaic-test-'))

function readArguments(): { nightly: boolean; wanted: string[] } {
  try {
    const { values, positionals } = parseArgs({ options: { nightly: { type: 'boolean' } }, allowPositionals: true })
    return { nightly: values.nightly === true, wanted: positionals }
  } catch (fault) {
    console.error(`${(fault as Error).message}\nusage: test [--nightly] [STEP …]`)
    process.exit(2)
  }
}

/** Runs a program with its output shown, and answers its exit code and the end of what it printed. */
function run(command: readonly string[]): Promise<{ code: number; tail: string }> {
  return new Promise((resolve) => {
    const [program = '', ...args] = command
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
        NX_TUI: 'false',
        NX_DAEMON: 'false',
      },
    })
    let tail = ''
    const show = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      stream.write(chunk)
      tail = (tail + chunk.toString('utf8')).slice(-20_000)
    }
    child.stdout.on('data', show(process.stdout))
    child.stderr.on('data', show(process.stderr))
    child.on('error', (error) => resolve({ code: 1, tail: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, tail }))
  })
}

const counters: Record<Step['count'], (step: Step) => Promise<Tally>> = {
  async exit({ command }) {
    const { code } = await run(command)
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  },
  async line({ command }) {
    const { code, tail } = await run(command)
    const found = tail.trimEnd().match(/(?:^|\n)(\d+) passed, (\d+) failed[^\n]*$/)
    return honest(code, { passed: Number(found?.[1] ?? 0), failed: Number(found?.[2] ?? 0) })
  },
  async vitest({ name, command }) {
    const report = join(scratch, `${name}.json`)
    const { code } = await run([...command, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
    return honest(code, readReport(report))
  },
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

const { nightly: long, wanted } = readArguments()
const steps = long ? nightly : daily
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const total: Tally = { passed: 0, failed: 0 }
const lines: string[] = []
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n── ${step.name} ──`)
  const start = performance.now()
  const { passed, failed } = await counters[step.count](step)
  total.passed += passed
  total.failed += failed
  lines.push(
    `${failed > 0 ? '✗' : '✓'} ${step.name.padEnd(16)} ${passed} passed, ${failed} failed  ${Math.round((performance.now() - start) / 1000)} s`,
  )
}
rmSync(scratch, { recursive: true, force: true })
console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0
