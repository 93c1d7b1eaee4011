import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const PackageJson = z.object({ version: z.string() })

/**
 * The version in the package.json nearest above a module: `packageVersion(import.meta.url)`.
 * Throws when no folder above holds one.
 */
export function packageVersion(moduleUrl: string): string {
  let folder = dirname(fileURLToPath(moduleUrl))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`No package.json above ${fileURLToPath(moduleUrl)}`)
    folder = parent
  }
  return PackageJson.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version
}
