import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { Landings as GitLandings } from '../git/index.ts'
import type { RuntimeParts } from '../runtimes/index.ts'
import { createProvider } from '../setup/index.ts'
import { StackChecks } from './stack-checks.ts'

/** How work of agents is brought onto its base: by git, and past its gates. */
export type Landings = {
  readonly git: GitLandings
  readonly checks: Pick<StackChecks, 'ask'>
  /** Changes of all agents pass unseen. */
  readonly isYolo: boolean
}

type Parts = Pick<
  RuntimeParts,
  'config' | 'workshop' | 'repositories' | 'environment' | 'redactor' | 'quality' | 'logger'
>

export function createLandings(
  { config, workshop, environment, quality, ...parts }: Parts,
  signal: AbortSignal,
): Landings {
  const { git, chooseSandbox } = workshop
  const root = join(config.MOSAIC_DATA_DIR, 'setup')
  const trying = {
    ...parts,
    git,
    provide: createProvider({ workshop, root, home: config.HOME, environment }),
    sandboxTurns: pLimit(availableParallelism()),
  }
  return {
    git: git.landings,
    checks: new StackChecks({ trying, quality, chooseSandbox, signal }),
    isYolo: quality.isYolo,
  }
}
