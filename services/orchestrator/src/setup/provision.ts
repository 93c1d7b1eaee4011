import { join } from 'node:path'
import type { Network, SandboxKind } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { RepositorySettings, SetupStep, Toolchain } from '@mosaic/contracts/repository'
import type { SnapshotFile } from '../git/index.ts'
import type { Confine, SandboxSpec } from '../sandbox/index.ts'
import { cacheKeys } from './cache-key.ts'
import { openCaches } from './caches.ts'
import { ResultCache } from './result-cache.ts'

/** Where every agent's worktree appears beside its own place: what a setup writes down of itself is true for the next. */
export const steadyPath = '/workspace'

/** `first` is run before anything else. */
export type Extras = Omit<SandboxSpec, 'sessionId' | 'worktreePath' | 'limits' | 'onConnections' | 'signal'> & {
  readonly first?: string
}

export type ProvidedStep = {
  readonly step: SetupStep
  /** Under which its result is kept; `null`: it is run for every agent. */
  readonly key: string | null
  readonly sandbox: Extras
}

/** What a repository's settings mean for one session on this machine. */
export type Provision = {
  readonly workdir: string
  /** The root of the worktree as setup sees it. */
  readonly root: string
  readonly steps: readonly ProvidedStep[]
  readonly results: ResultCache
  /** What no agent has written: only from it a result is kept, and a step sees what is passed to it alone. */
  readonly isTrusted: boolean
  readonly network: Network
  /** Of the agent's own sandbox. */
  readonly sandbox: Extras
}

export type Wanted = {
  readonly settings: RepositorySettings
  readonly files: readonly SnapshotFile[]
  readonly kind: SandboxKind
  readonly worktree: string
  readonly isTrusted: boolean
}

export type Machine = {
  /** Of one repository: what setup leaves there is shared by its agents. */
  readonly folder: string
  readonly confine: Confine
  readonly toolchains: readonly Toolchain[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Looks up all that settings name, or says what this machine lacks of it. */
export async function provide(machine: Machine, wanted: Wanted): Promise<Result<Provision, string>> {
  const { settings, kind, worktree, isTrusted } = wanted
  const toolchains = chosen(machine.toolchains, settings.toolchains)
  if (!toolchains.ok) return toolchains
  const passed = passedOn(machine.environment, [...settings.pass, ...settings.setup.flatMap(({ pass }) => pass)])
  if (!passed.ok) return passed
  const caches = await openCaches(join(machine.folder, 'downloads'), settings.caches)
  const { folders } = caches
  const own = pick(passed.value, settings.pass)
  const common: Extras = {
    toolchains: toolchains.value.map(({ path }) => path),
    environment: { ...settings.environment, ...own },
    ...(settings.image === undefined ? {} : { image: settings.image }),
    ...(settings.certificates === undefined ? {} : { certificates: settings.certificates }),
    // Plain processes see the machine as it is.
    ...(kind === 'process' ? {} : { alias: steadyPath }),
  }
  const writing = given({ ...common, writablePaths: folders }, caches.filling, common.environment)
  const { environment, ...first } = caches.reading
  // Plain processes are kept from nothing, and read where the others write.
  const reading =
    kind === 'process'
      ? writing
      : given({ ...common, ...first, readOnlyPaths: folders }, environment, common.environment)
  const ground = {
    sandbox: kind,
    image: settings.image,
    toolchains: toolchains.value.map(({ name, path }) => `${name} ${path}`),
  }
  const base = isTrusted ? writing : reading
  const keys = cacheKeys(settings, wanted.files, ground)
  return ok({
    workdir: settings.workdir,
    root: kind === 'process' ? worktree : steadyPath,
    results: new ResultCache(join(machine.folder, 'results'), machine.confine),
    isTrusted,
    network: settings.network,
    sandbox: { ...reading, network: settings.network },
    // An agent's own words are no reason to write where others read, nor to see what agents do not.
    steps: settings.setup.map((step, index) => ({
      step,
      key: kind === 'process' || step.outputs.length === 0 ? null : keys[index]!,
      sandbox: {
        ...given(base, base.environment, isTrusted ? pick(passed.value, step.pass) : {}),
        network: step.hosts.length > 0 ? { kind: 'hosts', hosts: step.hosts } : { kind: 'none' },
      },
    })),
  })
}

/** Later variables go before earlier ones. */
const given = (extras: Extras, ...environments: Extras['environment'][]): Extras => ({
  ...extras,
  environment: Object.assign({}, ...environments),
})

function chosen(known: readonly Toolchain[], wanted: readonly string[]): Result<Toolchain[], string> {
  const missing = wanted.filter((name) => !known.some((each) => each.name === name))
  if (missing.length === 0) return ok(known.filter(({ name }) => wanted.includes(name)))
  const there = known.map(({ name }) => name).join(', ') || 'none'
  return err(`this machine has no toolchain ${missing.join(', ')}; it has ${there}`)
}

function passedOn(
  environment: Machine['environment'],
  names: readonly string[],
): Result<Record<string, string>, string> {
  const missing = [...new Set(names)].filter((name) => environment[name] === undefined)
  if (missing.length === 0) return ok(pick(environment, names))
  return err(`Mosaic was started without ${missing.join(', ')}, which the settings pass on`)
}

const pick = (from: Machine['environment'], names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])))
