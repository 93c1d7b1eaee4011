// Which file a name means, and its scenario, kept until the file changes.
import { readFile, readdir, stat } from 'node:fs/promises'
import { extname, isAbsolute, join } from 'node:path'
import type { Scenario } from './schema.ts'
import { ScenarioError, validateScenario } from './validate.ts'

export const modelPrefix = 'scripted:'
const shipped = join(import.meta.dirname, '../../scenarios')
const largest = 1024 * 1024

/** No such scenario or file; `message` says what was looked for. */
export class UnknownScenarioError extends Error {
  override name = 'UnknownScenarioError'
}

/**
 * The scenario that a model name, the name of a shipped scenario or an absolute path means.
 * Throws {@link UnknownScenarioError} when there is none and {@link ScenarioError} when it cannot be played.
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario> {
  const file = await locate(nameOrPath.startsWith(modelPrefix) ? nameOrPath.slice(modelPrefix.length) : nameOrPath)
  const { mtimeMs, size } = await stat(file).catch(() => missing(`there is no scenario file ${file}`))
  if (size > largest) throw new ScenarioError(file, [{ line: 1, column: 1, reason: 'larger than 1 MB' }])
  const version = `${mtimeMs}:${size}`
  const known = cache.get(file)
  if (known?.version === version) return known.scenario
  const scenario = validateScenario(await readFile(file, 'utf8'), file)
  cache.set(file, { version, scenario })
  return scenario
}

/** Names of the scenarios that ship with Mosaic, sorted. */
export async function shippedScenarios(): Promise<string[]> {
  const files = await readdir(shipped)
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

const cache = new Map<string, { version: string; scenario: Scenario }>()

async function locate(nameOrPath: string): Promise<string> {
  if (/^[a-z0-9][a-z0-9-]*$/.test(nameOrPath)) {
    const names = await shippedScenarios()
    if (names.includes(nameOrPath)) return join(shipped, `${nameOrPath}.yaml`)
    return missing(`there is no scenario "${nameOrPath}", shipped are: ${names.join(', ')}`)
  }
  if (!['.yaml', '.yml'].includes(extname(nameOrPath)))
    return missing(`a scenario is a name or a .yaml file, not "${nameOrPath}"`)
  return isAbsolute(nameOrPath) ? nameOrPath : missing(`the path of a scenario file must be absolute: "${nameOrPath}"`)
}

function missing(message: string): never {
  throw new UnknownScenarioError(message)
}
