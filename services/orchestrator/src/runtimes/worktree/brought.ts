import type { Extras } from '../../setup/index.ts'

/** What a repository's settings want in a sandbox, and what who works there brings along; where both name a variable, the settings'. */
export const brought = (wanted: Extras, own: Extras): Extras => ({
  ...own,
  ...wanted,
  toolchains: [...(wanted.toolchains ?? []), ...(own.toolchains ?? [])],
  readOnlyPaths: [...(wanted.readOnlyPaths ?? []), ...(own.readOnlyPaths ?? [])],
  environment: { ...own.environment, ...wanted.environment },
})
