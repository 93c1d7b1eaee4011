import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { MechanicalGate, RanGates } from '@mosaic/contracts/quality'
import type { RepositorySettings } from '@mosaic/contracts/repository'
import type { Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import type { LimitFunction } from 'p-limit'
import type { GitWorkspace, Snapshot } from '../git/index.ts'
import { hashOf, type Repositories } from '../repositories/index.ts'
import type { SandboxProvider } from '../sandbox/index.ts'
import { type ProvideSettings, type Provision, within } from '../setup/index.ts'
import { findCommands } from './commands/find-commands.ts'
import { runGates } from './run-gates.ts'
import { tryOut } from './trying-place.ts'

export type TryingDeps = {
  readonly git: GitWorkspace
  readonly repositories: Pick<Repositories, 'settingsAt'>
  readonly provide: ProvideSettings
  readonly sandboxTurns: LimitFunction
  readonly redactor: Redactor
  readonly logger: Logger
}

/** A commit that is to be tried, and the one that it begins at: what that states of gates counts. */
export type TriedCommit = {
  /** Names the sandbox. */
  readonly sessionId: string
  readonly workspaceId: string
  readonly repository: string
  readonly baseBranch: string
  readonly baseCommit: string
  readonly commit: string
  /** As operators had decided about settings at that position of the log; all that they have where it is not given. */
  readonly asOf?: string | undefined
  readonly provider: () => SandboxProvider
  readonly signal: AbortSignal
}

export type CommitTrial = {
  /** A digest of what the base states. */
  readonly settings: string
  readonly runGates: (gates: readonly MechanicalGate[]) => Promise<RanGates>
}

type Read = { readonly settings: RepositorySettings | null; readonly before: Snapshot; readonly after: Snapshot }

/** What is to be known to run gates on a commit. */
export async function tryCommit(deps: TryingDeps, tried: TriedCommit): Promise<Result<CommitTrial, string>> {
  const { workspaceId, repository, baseBranch: branch, baseCommit, commit, asOf } = tried
  const [before, after] = await Promise.all([
    deps.git.snapshot(repository, { branch, commit: baseCommit }),
    deps.git.snapshot(repository, { branch, commit }),
  ])
  if (!before.ok) return err(before.error.message)
  if (!after.ok) return err(after.error.message)
  const settings = await deps.repositories.settingsAt({ workspaceId, repository }, before.value, asOf)
  if (!settings.ok) return err(settings.error.message)
  const read = { settings: settings.value, before: before.value, after: after.value }
  return ok({
    settings: settings.value ? hashOf(JSON.stringify(settings.value)) : 'none',
    runGates: (gates) => carryOut(deps, { ...tried, ...read }, gates),
  })
}

async function carryOut(
  deps: TryingDeps,
  tried: TriedCommit & Read,
  gates: readonly MechanicalGate[],
): Promise<RanGates> {
  const { repository, baseCommit, commit, settings, before, after, signal, sessionId } = tried
  const change = await deps.git.change(repository, { base: baseCommit, commit })
  if (!change.ok) throw new Error(change.error.message)
  const provider = tried.provider()
  const provide = (path: string) => provisionOf(deps, tried, { provider, path })
  const { git, sandboxTurns, logger } = deps
  const making = { git, sandboxTurns, provider, sessionId, repository, commit, provide, signal, logger }
  return runGates({
    gates,
    settings,
    signal,
    commands: await findCommands(settings, { base: before, change: after }),
    change: change.value,
    files: new Set((await after.files()).map(({ path }) => path)),
    redact: deps.redactor.in(tried.workspaceId).text,
    tryOut: (work) => tryOut(making, work),
  })
}

/** By what stands in the commit: unchanged inputs have the results that are kept, others are set up as on any agent's branch. */
async function provisionOf(
  { provide }: TryingDeps,
  { workspaceId, repository, settings, after }: TriedCommit & Read,
  { provider, path }: { readonly provider: SandboxProvider; readonly path: string },
): Promise<Result<Provision | undefined, string>> {
  if (!settings) return ok(undefined)
  const inputs = settings.setup.flatMap((step) => step.inputs.map((input) => within(settings.workdir, input)))
  const files = inputs.length > 0 ? await after.files(...inputs) : []
  return provide(
    { workspaceId, repository },
    { settings, files, kind: provider.kind, worktree: path, isTrusted: false },
  )
}
