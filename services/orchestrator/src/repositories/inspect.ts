import { err, ok } from '@mosaic/contracts/kernel'
import type { RepositoryInspection } from '@mosaic/contracts/repository'
import type { ReadDecisions } from './decisions.ts'
import type { GitResult, Snapshot } from '../git/index.ts'
import type { Workshop } from '../workshop.ts'
import { instructionFiles } from './instruction-files.ts'
import { languagesOf } from './languages.ts'
import { findPackages } from './packages.ts'
import { propose } from './propose.ts'
import { findSettings, type RepositoryIn, viewOf } from './settings.ts'
import { findToolchains } from './toolchains.ts'

type Parts = { readonly decisions: ReadDecisions; readonly workshop: Workshop; readonly home: string }

const submodule = '160000'
const mostBytes = 256 * 1024

/** What there is at a branch, read from the mirror: no program of the repository runs for it. */
export async function inspect(
  { decisions, workshop, home }: Parts,
  of: RepositoryIn,
  asked: string | undefined,
): Promise<GitResult<RepositoryInspection>> {
  const { git, chooseSandbox } = workshop
  const found = await git.inspectRepository(of.repository, asked)
  if (!found.ok) return found
  const { branch, commit, branches } = found.value
  const looked = await git.snapshot(of.repository, { branch, commit })
  if (!looked.ok) return looked
  const snapshot = looked.value
  const files = await snapshot.files()
  const paths = files.map(({ path }) => path)
  const [packages, settings, toolchains, sandbox, lfs, changes] = await Promise.all([
    findPackages(snapshot, paths),
    findSettings(decisions, of, { snapshot }),
    findToolchains(home),
    chooseSandbox(),
    usesLfs(snapshot, paths),
    lookAtCheckout(git, of.repository),
  ])
  return ok({
    repository: of.repository,
    branch,
    commit,
    branches: branches.length,
    languages: languagesOf(paths),
    packageManagers: packages.map(({ manager, manifest, lockfile }) => ({ name: manager, manifest, lockfile })),
    testCommands: packages.flatMap(({ test }) => (test === null ? [] : [test])),
    instructions: instructionFiles.filter((name) => paths.includes(name)),
    submodules: files.filter(({ mode }) => mode === submodule).map(({ path }) => path),
    lfs,
    ...changes,
    host: { sandbox: sandbox.ok ? sandbox.value.provider.kind : null, toolchains },
    settings: settings ? viewOf(settings) : null,
    proposal: propose(packages, toolchains),
  })
}

/** It is told of all else as well where this cannot be had, without a sandbox to look in for one. */
async function lookAtCheckout(
  git: Workshop['git'],
  repository: string,
): Promise<Pick<RepositoryInspection, 'changes' | 'changesUnknown'>> {
  const looked = await git
    .lookAtCheckout(repository)
    .catch((error: unknown) => err({ message: error instanceof Error ? error.message : String(error) }))
  return looked.ok
    ? { changes: looked.value, changesUnknown: null }
    : { changes: null, changesUnknown: looked.error.message }
}

async function usesLfs(snapshot: Snapshot, paths: readonly string[]): Promise<boolean> {
  const attributes = paths.filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes')).slice(0, 100)
  if (attributes.length === 0) return false
  return [...(await snapshot.read(attributes, mostBytes)).values()].some((text) => text.includes('filter=lfs'))
}
