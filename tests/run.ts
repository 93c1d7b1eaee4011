// Runs every step of steps.ts (those named on the command line; with --nightly the long ones, with --interop real agents of other makers) and ends with
// `N passed, N failed`, counted from what really ran. A step that fails without saying which test counts as one failure.
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, type Tally } from './runner/count.ts'
import { endPrograms, runningProgram } from './runner/program.ts'
import { sideBySide } from './runner/side-by-side.ts'
import { takingTurns } from './runner/turns.ts'
import { interop, lanes as dailyLanes, nightly, type Step, steps as daily } from './steps.ts'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'mosaic-test-'))
const environment = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  NX_TUI: 'false',
  NX_DAEMON: 'false',
}

type Asked = { readonly nightly: boolean; readonly interop: boolean; readonly wanted: string[] }

function readArguments(): Asked {
  try {
    const { values, positionals } = parseArgs({
      options: { nightly: { type: 'boolean' }, interop: { type: 'boolean' } },
      allowPositionals: true,
    })
    return { nightly: values.nightly === true, interop: values.interop === true, wanted: positionals }
  } catch (fault) {
    console.error(`${(fault as Error).message}\nusage: test [--nightly | --interop] [STEP …]`)
    process.exit(2)
  }
}

/** The steps that are asked for. */
function chooseSteps({ nightly: long, interop: real, wanted }: Asked): readonly Step[] {
  const steps = real ? interop : long ? nightly : daily
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length === 0) return steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000)
const speakAs = takingTurns((text) => process.stdout.write(text))
const tallies: Tally[] = []
const lines = new Map<Step, string>()
const begun = performance.now()
const asked = readArguments()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endPrograms()
    process.exit(128 + constants.signals[signal])
  })
}
const steps = chooseSteps(asked)
// What does not end is a failure too, and must not keep the others from being told.
const limitMs = ({ minutes = 15 }: Step): number => (asked.nightly ? 12 * 60 : minutes) * 60_000
// The long forms fill a machine each by itself.
const lanes = asked.nightly ? 1 : dailyLanes
await sideBySide(steps, lanes, async (step) => {
  const voice = speakAs(`\n── ${step.name} ──\n`)
  const start = performance.now()
  const { passed, failed, skipped } = await count(
    step,
    runningProgram({ cwd: root, env: environment, say: (text) => voice.say(text), limitMs: limitMs(step) }),
    scratch,
  )
  voice.end()
  tallies.push({ passed, failed })
  const mark = failed > 0 ? '✗' : skipped ? '–' : '✓'
  const outcome = skipped ? `skipped: ${skipped}` : `${passed} passed, ${failed} failed`
  lines.set(step, `${mark} ${step.name.padEnd(16)} ${outcome}  ${seconds(start)} s`)
})
rmSync(scratch, { recursive: true, force: true })
const sum = (of: 'passed' | 'failed'): number => tallies.reduce((total, tally) => total + tally[of], 0)
console.log(`\n${steps.map((step) => lines.get(step)).join('\n')}\n\n${lanes} at a time, ${seconds(begun)} s`)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0
