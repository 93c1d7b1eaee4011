import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UnknownScenarioError, loadScenario } from './scenario/load.ts'
import { ScenarioError, validateScenario } from './scenario/validate.ts'

/**
 * `main.ts check FILE|NAME…`: says of each whether it can be played. A path may be relative and is named in messages as
 * it was given. Answers the exit code: 0 when all can, 1 when one cannot, 2 without an argument.
 */
export async function check(targets: readonly string[], print: (line: string) => void): Promise<number> {
  if (targets.length === 0) print('usage: main.ts check FILE|NAME …')
  let bad = 0
  for (const target of targets) {
    try {
      const { name, agents } = await read(target)
      print(`${target}: ok, scenario "${name}" with ${agents.length} agent${agents.length === 1 ? '' : 's'}`)
    } catch (error) {
      if (!(error instanceof ScenarioError || error instanceof UnknownScenarioError)) throw error
      print(error.message)
      bad += 1
    }
  }
  return targets.length === 0 ? 2 : Math.min(bad, 1)
}

async function read(target: string) {
  if (!/[./\\]/.test(target)) return loadScenario(target)
  const text = await readFile(resolve(target), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UnknownScenarioError(`${target}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`)
  })
  return validateScenario(text, target)
}
