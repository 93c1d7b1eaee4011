import type { GateDetail, GateResult, MechanicalGate, RanGates } from '@mosaic/contracts/quality'
import type { RepositorySettings } from '@mosaic/contracts/repository'
import type { Change } from '../git/index.ts'
import type { ExecResult, Sandbox } from '../sandbox/index.ts'
import type { Provision } from '../setup/index.ts'
import type { GateCommand, GateCommands } from './commands/contract.ts'
import { type CoverageRule, judgeCoverage, readReport } from './coverage.ts'
import { detailsOf } from './places.ts'
import { relativeTo, scriptOf } from './script.ts'
import { warningsOf } from './warnings.ts'

/** A place where a commit's own files stand set up, and programs can be run on them. */
export type TryingPlace = {
  readonly sandbox: Sandbox
  readonly provision: Provision | undefined
  /** Under which paths the commit's files stand there. */
  readonly roots: readonly [string, ...string[]]
}

export type Judged = {
  readonly gates: readonly MechanicalGate[]
  readonly commands: GateCommands
  readonly settings: RepositorySettings | null
  readonly change: Change
  /** All files of the commit. */
  readonly files: ReadonlySet<string>
  readonly redact: (text: string) => string
  readonly signal: AbortSignal
  /** Makes the place, where there is something to run: it is not needed otherwise. */
  tryOut<T>(work: (place: TryingPlace) => Promise<T>): Promise<T | GateDetail>
}

const maxOutputBytes = 256 * 1024
const usualRule: CoverageRule = { of: 'changed', least: 85 }

/** Runs the gates that were asked for, one after the other, on what is to be committed. */
export async function runGates(judged: Judged): Promise<RanGates> {
  const { gates, commands, change } = judged
  const wanted = gates.filter((gate) => commands[gate])
  const tried = wanted.length === 0 ? new Map() : await judged.tryOut((place) => runEach(judged, wanted, place))
  const results = gates.map((name): GateResult => {
    if (!commands[name]) return nothingToRun(name)
    if (tried instanceof Map) return tried.get(name) as GateResult
    return { name, kind: 'mechanical', passed: false, ran: false, details: [tried], durationMs: 0 }
  })
  const { files, patch, isCutOff, authorship } = change
  const seen = { files: [...files], patch: judged.redact(patch), isCutOff, authorship, warnings: warningsOf(change) }
  return { results, change: seen }
}

const nothingToRun = (name: MechanicalGate): GateResult => {
  const output = `nothing to run: the repository states no ${name}`
  return { name, kind: 'mechanical', passed: true, ran: false, details: [{ output }], durationMs: 0 }
}

async function runEach(judged: Judged, wanted: readonly MechanicalGate[], place: TryingPlace) {
  const results = new Map<MechanicalGate, GateResult>()
  for (const name of wanted) results.set(name, await runGate(judged, name, place))
  return results
}

async function runGate(judged: Judged, name: MechanicalGate, place: TryingPlace): Promise<GateResult> {
  const command = judged.commands[name]!
  const { signal } = judged
  const timeoutMs = command.minutes * 60_000
  const ran = await place.sandbox.exec(scriptOf(command, place), { timeoutMs, maxOutputBytes, signal })
  signal.throwIfAborted()
  const judgement =
    ran.exitCode === 0 && name === 'coverage' ? await coverage(judged, command, place) : said(judged, ran, place)
  const passed = ran.exitCode === 0 && judgement.passed
  const stated = command.isOfChange ? [{ output: `${command.from} of the change states it: the base has none` }] : []
  const details = [...judgement.details, ...stated].map(({ output, ...at }) => ({
    ...at,
    output: judged.redact(output),
  }))
  return { name, kind: 'mechanical', passed, ran: true, details, durationMs: ran.durationMs }
}

function said({ files }: Judged, { exitCode, stdout, stderr, timedOut, full }: ExecResult, { roots }: TryingPlace) {
  if (exitCode === 0) return { passed: true, details: [] }
  const end = full ?? (timedOut ? 'it was not done in time' : `it ended with ${exitCode ?? 'a signal'}`)
  const hint = exitCode === 127 ? ['what it needs is not there: the repository can state its setup in mosaic.yaml'] : []
  const output = [stdout.trim(), stderr.trim(), end, ...hint].filter((part) => part !== '').join('\n')
  return { passed: false, details: detailsOf(output, files, roots) }
}

async function coverage(judged: Judged, { report }: GateCommand, place: TryingPlace) {
  const { settings, change, files, signal } = judged
  const stated = settings?.gates.coverage
  const rule = stated === undefined || stated === 'none' ? usualRule : stated
  const path = report ?? 'coverage/lcov.info'
  const read = await place.sandbox.exec(scriptOf({ run: `cat -- ${path}` }, place), {
    timeoutMs: 60_000,
    maxOutputBytes: 64 * 1024 ** 2,
    signal,
  })
  if (read.exitCode !== 0) return { passed: false, details: [{ output: `it has not written its report, ${path}` }] }
  return judgeCoverage(readReport(read.stdout, relativeTo(files, place)), change.added, rule)
}
