import { join } from 'node:path'
import type { Result } from '@mosaic/contracts/kernel'
import type { RepositorySettings } from '@mosaic/contracts/repository'
import { ownSecrets } from '@mosaic/runtime'
import { findToolchains, repositoryIdOf, type RepositoryIn } from '../repositories/index.ts'
import type { Workshop } from '../workshop.ts'
import { type Provision, provide, type Wanted } from './provision.ts'

export { within } from './cache-key.ts'
export { type Extras, type ProvidedStep, type Provision, steadyPath } from './provision.ts'
export { narrowed } from './narrowed.ts'
export { stepScript } from './step-script.ts'

/** What settings of a repository mean here, or what this machine lacks of what they name. */
export type ProvideSettings = (of: RepositoryIn, wanted: Wanted) => Promise<Result<Provision, string>>

type Parts = {
  readonly workshop: Workshop
  /** Holds what setups have made and downloaded, a folder per repository. */
  readonly root: string
  readonly home: string
  /** From which settings pass variables on, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const createProvider =
  ({ workshop, root, home, environment }: Parts): ProvideSettings =>
  async (of, wanted) => {
    // Before anybody sees them: from now on they are covered wherever they show.
    for (const name of namesPassed(wanted.settings)) if (environment[name]) ownSecrets.add(environment[name])
    return provide(
      {
        folder: join(root, repositoryIdOf(of)),
        confine: workshop.confine,
        toolchains: wanted.settings.toolchains.length > 0 ? await findToolchains(home) : [],
        environment,
      },
      wanted,
    )
  }

const namesPassed = ({ pass, setup }: RepositorySettings) => [...pass, ...setup.flatMap((step) => step.pass)]
