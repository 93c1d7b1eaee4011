import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError, exitCodes } from '../../cli.ts'

const folder = join(import.meta.dirname, '../../../templates')

/** The missions that come with Mosaic. */
export const templateNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .toSorted()

/** A template about an objective, as YAML. */
export function templateText(name: string, objective: string): string {
  if (!templateNames().includes(name)) {
    throw new CliError(`There is no template ${name}.`, {
      exitCode: exitCodes.usage,
      hint: `There is: ${templateNames().join(', ')}`,
    })
  }
  // As a YAML string in place: whatever it says, it stays one text.
  return readFileSync(join(folder, `${name}.yaml`), 'utf8').replaceAll('"{objective}"', () => JSON.stringify(objective))
}
