import { createHash } from 'node:crypto'
import type { RepositorySettings, SetupStep } from '@mosaic/contracts/repository'
import type { SnapshotFile } from '../git/index.ts'

/** Raised when what is kept, or how it is used, changes. */
const version = 1

/** Where steps run: what they make fits nowhere else. */
export type Ground = {
  readonly sandbox: string
  readonly image: string | undefined
  /** Names and paths. */
  readonly toolchains: readonly string[]
}

/**
 * A name per step for what it makes: the same wherever the same commands run on the same inputs. What a step does
 * depends on those before it, so their names go into its own.
 */
export function cacheKeys(settings: RepositorySettings, files: readonly SnapshotFile[], ground: Ground): string[] {
  const { workdir, setup, environment, pass } = settings
  let before = digest([version, ground, workdir, environment, pass])
  return setup.map((step) => {
    before = digest([before, step.run, step.outputs, step.hosts, step.pass, inputsOf(step, workdir, files)])
    return before
  })
}

/** The contents of a step's inputs, as git names them; of a folder, of all that is in it. */
function inputsOf({ inputs }: SetupStep, workdir: string, files: readonly SnapshotFile[]): string[][] {
  return inputs.map((input) => {
    const path = within(workdir, input)
    const inside = files.filter((file) => path === '.' || file.path === path || file.path.startsWith(`${path}/`))
    return inside.map((file) => `${file.mode} ${file.blob} ${file.path}`)
  })
}

/** A path below the working folder, from the root of the repository. */
export const within = (workdir: string, path: string): string => {
  if (workdir === '.') return path
  return path === '.' ? workdir : `${workdir}/${path}`
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')
