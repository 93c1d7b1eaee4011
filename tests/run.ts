// Runs every step of steps.ts (those named on the command line; with --nightly the long ones) and ends with
// `N passed, N failed`, counted from what really ran. A step that fails without saying which test counts as one failure.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, type Run, type Tally } from './runner/count.ts'
import { sideBySide } from './runner/side-by-side.ts'
import { takingTurns, type Voice } from './runner/turns.ts'
import { lanes as dailyLanes, nightly, type Step, steps as daily } from './steps.ts'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'mosaic-test-'))
const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  NX_TUI: 'false',
  NX_DAEMON: 'false',
}

function readArguments(): { nightly: boolean; wanted: string[] } {
  try {
    const { values, positionals } = parseArgs({ options: { nightly: { type: 'boolean' } }, allowPositionals: true })
    return { nightly: values.nightly === true, wanted: positionals }
  } catch (fault) {
    console.error(`${(fault as Error).message}\nusage: test [--nightly] [STEP …]`)
    process.exit(2)
  }
}

/** The steps that are asked for. */
function chooseSteps({ nightly: long, wanted }: ReturnType<typeof readArguments>): readonly Step[] {
  const steps = long ? nightly : daily
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length === 0) return steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

/** Runs programs whose output is said by one voice. */
const runningAs =
  (voice: Voice): Run =>
  ([program = '', ...args]) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment })
      let tail = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          voice.say(text)
          tail = (tail + text).slice(-20_000)
        })
      }
      child.on('error', (error) => resolve({ code: 1, tail: error.message }))
      child.on('close', (code) => resolve({ code: code ?? 1, tail }))
    })

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000)
const speakAs = takingTurns((text) => process.stdout.write(text))
const tallies: Tally[] = []
const lines = new Map<Step, string>()
const begun = performance.now()
const asked = readArguments()
const steps = chooseSteps(asked)
// The long forms fill a machine each by itself.
const lanes = asked.nightly ? 1 : dailyLanes
await sideBySide(steps, lanes, async (step) => {
  const voice = speakAs(`\n── ${step.name} ──\n`)
  const start = performance.now()
  const { passed, failed } = await count(step, runningAs(voice), scratch)
  voice.end()
  tallies.push({ passed, failed })
  const mark = failed > 0 ? '✗' : '✓'
  lines.set(step, `${mark} ${step.name.padEnd(16)} ${passed} passed, ${failed} failed  ${seconds(start)} s`)
})
rmSync(scratch, { recursive: true, force: true })
const sum = (of: keyof Tally): number => tallies.reduce((total, tally) => total + tally[of], 0)
console.log(`\n${steps.map((step) => lines.get(step)).join('\n')}\n\n${lanes} at a time, ${seconds(begun)} s`)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0
