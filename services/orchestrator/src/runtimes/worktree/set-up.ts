import type { SetupStep } from '@mosaic/contracts/repository'
import { isLive } from '../../domain/agent-session/index.ts'
import { type ExecResult, wantOfNetwork } from '../../sandbox/index.ts'
import { type ProvidedStep, type Provision, stepScript, within } from '../../setup/index.ts'
import { HaltedError } from '../claimed-run.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { turnedAway } from './turned-away.ts'
import { type Ground, leave, occupy } from './workplace.ts'

const maxOutputBytes = 64 * 1024
/** Of a step's output: its end, where it says what went wrong. */
const tail = 4_000

type Done = { readonly exitCode: number | null; readonly durationMs: number; readonly output: string }

/** What the repository's settings ask for before the agent starts, a sandbox of its own for each step. */
export async function setUp(run: Run, provision: Provision, ground: Ground): Promise<void> {
  for (const provided of provision.steps) {
    const { key } = provided
    const step = () => takeStep(run, provision, { provided, ground })
    // Of those who want the same at once, one makes it, and the others take it from there.
    await (key !== null && provision.isTrusted ? run.deps.setupLocks.run(key, step) : step())
  }
}

type Place = { readonly provided: ProvidedStep; readonly ground: Ground }

async function takeStep(run: Run, provision: Provision, { provided, ground }: Place): Promise<void> {
  giveWay(run)
  const { step, key } = provided
  const made = {
    worktree: ground.worktree.path,
    outputs: step.outputs.map((output) => within(provision.workdir, output)),
  }
  const startedAt = performance.now()
  if (key !== null && (await provision.results.restore(key, made))) {
    const durationMs = Math.round(performance.now() - startedAt)
    return tell(run, step, { exitCode: 0, durationMs, output: '' }, true)
  }
  await run.record({ type: 'StartSetupStep', step: step.name, command: step.run })
  const done = await runNamingHosts(run, provision, { provided, ground })
  await tell(run, step, done, false)
  if (done.exitCode !== 0) throw failed(step, done)
  if (key !== null && provision.isTrusted) await keep(run, provision, { key, made })
}

/** What it could not reach is known when its sandbox is left; programs themselves often do not say whom they asked. */
async function runNamingHosts(run: Run, provision: Provision, place: Place): Promise<Done> {
  const away = turnedAway(run.journal)
  try {
    const done = await runStep(run, provision, place)
    if (done.exitCode === 0) return done
    const output = run.redactor.text([done.output, ...away.lines()].filter((line) => line !== '').join('\n'))
    return { ...done, output: output.slice(-tail).toWellFormed() }
  } finally {
    away.stop()
  }
}

async function runStep(run: Run, provision: Provision, { provided, ground }: Place): Promise<Done> {
  const { step, sandbox: extras } = provided
  const sandbox = await occupy(run, ground, extras)
  const end = ended(run)
  try {
    const signal = AbortSignal.any([run.halted, end.signal])
    const script = stepScript(step, provision)
    const result = await sandbox.exec(script, { timeoutMs: step.minutes * 60_000, maxOutputBytes, signal })
    giveWay(run)
    const output = outputOf(result, step)
    const network = extras.network ?? { kind: 'none' }
    const hints = result.exitCode === 0 ? [] : [withheld(step, provision), wantOfNetwork(output, network)]
    const text = run.redactor.text([output, ...hints].filter((line) => line !== undefined).join('\n'))
    return { exitCode: result.exitCode, durationMs: result.durationMs, output: text.slice(-tail).toWellFormed() }
  } finally {
    end.stop()
    await leave(run)
  }
}

const withheld = ({ pass }: SetupStep, { isTrusted }: Provision): string | undefined =>
  isTrusted || pass.length === 0
    ? undefined
    : `an agent has written on this branch, so the step was not given ${pass.join(', ')}`

function outputOf({ stdout, stderr, timedOut, full }: ExecResult, { minutes }: SetupStep): string {
  const end = full ?? (timedOut ? `it was not done after ${minutes} min` : '')
  return [stdout, stderr, end]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n')
}

async function tell(run: Run, { name }: SetupStep, done: Done, cached: boolean): Promise<void> {
  await run.record({ type: 'CompleteSetupStep', step: name, cached, ...done })
}

function failed({ name }: SetupStep, { exitCode, output }: Done): SessionFailure {
  const how = exitCode === null ? 'was ended' : `ended with ${exitCode}`
  const last = output.split('\n').slice(-5).join('\n')
  return new SessionFailure('SETUP_FAILED', `the setup step “${name}” ${how}${last && `: ${last}`}`)
}

/** The next agent does without it, then. */
async function keep(
  run: Run,
  { results }: Provision,
  { key, made }: { key: string; made: Parameters<Provision['results']['keep']>[1] },
) {
  const { logger } = run.deps
  const { sessionId } = run.journal
  const kept = await results.keep(key, made).catch((error: unknown) => {
    logger.warn({ sessionId, err: error }, 'the result of a setup step cannot be kept')
    return true
  })
  if (!kept) logger.warn({ sessionId }, 'the result of a setup step cannot be kept')
}

/** Aborted when somebody asks for the session's end: a setup may take long. */
function ended({ journal }: Run): { readonly signal: AbortSignal; stop(): void } {
  const end = new AbortController()
  const check = () => {
    if (!isLive(journal.session) || journal.session.terminate !== null) end.abort()
  }
  check()
  return { signal: end.signal, stop: journal.onEvent(check) }
}

/** @throws HaltedError where something else is to be done first */
function giveWay({ halted, journal: { session } }: Run): void {
  halted.throwIfAborted()
  if (!isLive(session) || session.terminate !== null) throw new HaltedError('terminated')
}
