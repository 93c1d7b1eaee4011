import type { GateDetail } from '@mosaic/contracts/quality'
import { uuidv5 } from '@mosaic/event-store'
import type { Result } from '@mosaic/contracts/kernel'
import type { Logger } from '@mosaic/runtime'
import type { LimitFunction } from 'p-limit'
import type { GitWorkspace, Trial } from '../git/index.ts'
import type { Sandbox, SandboxProvider, SandboxSpec } from '../sandbox/index.ts'
import { type Extras, type ProvidedStep, type Provision, steadyPath, stepScript, within } from '../setup/index.ts'
import type { TryingPlace } from './run-gates.ts'

/** What a session's gates run in is told apart from what the session itself runs in. */
export const gatesSandboxId = (sessionId: string): string => uuidv5(`${sessionId}/gates`)

export type Making = {
  readonly git: Pick<GitWorkspace, 'tryOut'>
  readonly sandboxTurns: LimitFunction
  readonly provider: SandboxProvider
  readonly sessionId: string
  readonly repository: string
  readonly commit: string
  readonly provide: (path: string) => Promise<Result<Provision | undefined, string>>
  readonly signal: AbortSignal
  readonly logger: Logger
}

const maxOutputBytes = 64 * 1024

/**
 * Writes the commit out where no agent has written, sets it up from what earlier setups have left, and lets programs run
 * there. What is wrong with the commit or its setup is answered; when it is aborted nothing of it lives on.
 */
export async function tryOut<T>(making: Making, work: (place: TryingPlace) => Promise<T>): Promise<T | GateDetail> {
  const made = await making.git.tryOut(making.repository, making.commit)
  if (!made.ok) return { output: made.error.message }
  await using trial = made.value
  const provided = await making.provide(trial.path)
  if (!provided.ok) return { output: provided.error }
  const provision = provided.value
  const failure = provision && (await setUp(making, trial, provision))
  if (failure) return failure
  // The trial goes once that is over.
  return await inSandbox(making, { trial, extras: provision?.sandbox ?? {} }, (sandbox) => {
    const alias = provision?.sandbox.alias
    return work({ sandbox, provision, roots: alias === undefined ? [trial.path] : [steadyPath, trial.path] })
  })
}

/** As for an agent, but that nothing of it is kept for others: an agent has written what is set up here. */
async function setUp(making: Making, trial: Trial, provision: Provision): Promise<GateDetail | undefined> {
  for (const provided of provision.steps) {
    const { step, key } = provided
    const outputs = step.outputs.map((output) => within(provision.workdir, output))
    if (key !== null && (await provision.results.restore(key, { worktree: trial.path, outputs }))) continue
    const failure = await runStep(making, { trial, provided, provision })
    if (failure) return failure
  }
  return undefined
}

async function runStep(
  making: Making,
  { trial, provided, provision }: { trial: Trial; provided: ProvidedStep; provision: Provision },
): Promise<GateDetail | undefined> {
  const { step, sandbox: extras } = provided
  return inSandbox(making, { trial, extras }, async (sandbox) => {
    const options = { timeoutMs: step.minutes * 60_000, maxOutputBytes, signal: making.signal }
    const { exitCode, stdout, stderr } = await sandbox.exec(stepScript(step, provision), options)
    making.signal.throwIfAborted()
    if (exitCode === 0) return undefined
    const said = `${stdout}\n${stderr}`.trim().slice(-4000)
    return { output: `the setup step “${step.name}” ended with ${exitCode ?? 'a signal'}: ${said}` }
  })
}

async function inSandbox<T>(
  { provider, sandboxTurns, sessionId, signal, logger }: Making,
  { trial, extras: { first, ...extras } }: { trial: Trial; extras: Extras },
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const spec: SandboxSpec = {
    ...extras,
    sessionId: gatesSandboxId(sessionId),
    worktreePath: trial.path,
    readOnlyPaths: [trial.mirrorPath, trial.gitPath, ...(extras.readOnlyPaths ?? [])],
    signal,
  }
  const sandbox = await sandboxTurns(() => {
    signal.throwIfAborted()
    return provider.create(spec)
  })
  const end = () =>
    void sandbox.signalKill().catch((error: unknown) => logger.error({ sessionId, err: error }, 'a gate does not end'))
  signal.addEventListener('abort', end)
  try {
    signal.throwIfAborted()
    if (first !== undefined) await sandbox.exec(first, { timeoutMs: 120_000, maxOutputBytes: 2000, signal })
    return await work(sandbox)
  } finally {
    signal.removeEventListener('abort', end)
    await sandbox.dispose()
  }
}
