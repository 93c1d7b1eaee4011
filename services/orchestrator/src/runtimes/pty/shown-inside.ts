import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ownFolder = fileURLToPath(new URL('inside', import.meta.url))
const program = 'terminal.mts'
const library = '@lydell/node-pty'

/** Says where in the sandbox the folder is. */
export const terminalVariable = 'MOSAIC_TERMINAL'
export const programInside = `"$${terminalVariable}/${program}"`

/**
 * The folder that sandboxes with a terminal are shown: our program and what it makes a pseudo-terminal with. Whom a sandbox
 * runs as need not be able to read where Mosaic itself is.
 */
export function shownInside(dataFolder: string): string {
  const folder = join(dataFolder, 'terminal', contentsName())
  if (existsSync(folder)) return folder
  // Whole or not at all: others may be at it, and what is there may be in use.
  const making = `${folder}.${process.pid}`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true })
  for (const name of readdirSync(ownFolder)) cpSync(join(ownFolder, name), join(making, name))
  for (const { name, folder: from } of packages()) {
    cpSync(from, join(making, 'node_modules', name), { recursive: true, dereference: true })
  }
  for (const each of [dirname(folder), making]) chmodSync(each, 0o755)
  try {
    renameSync(making, folder)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** The library, and its binary for this machine, which is a package of its own. */
function packages(): readonly { readonly name: string; readonly folder: string }[] {
  const own = createRequire(import.meta.url)
  const main = own.resolve(`${library}/package.json`)
  const binary = `${library}-${process.platform}-${process.arch}`
  const found = createRequire(main).resolve(`${binary}/package.json`)
  return [
    { name: library, folder: dirname(main) },
    { name: binary, folder: dirname(found) },
  ]
}

function contentsName(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(ownFolder).toSorted()) hash.update(readFileSync(join(ownFolder, name)))
  for (const { folder } of packages()) hash.update(readFileSync(join(folder, 'package.json')))
  return hash.digest('hex').slice(0, 16)
}
