import type { KillScope } from '@mosaic/contracts/fleet'
import { Option } from 'commander'
import { CliError, exitCodes } from '../cli.ts'

/** `--scope`: whom of the fleet a command means. */
export const scopeOption = (): Option =>
  new Option('--scope <scope>', 'all, internal, or model-provider:NAME')
    .argParser(parseScope)
    .default({ kind: 'all' } as const, 'all')

export function parseScope(text: string): KillScope {
  if (text === 'all' || text === 'internal') return { kind: text }
  const modelProvider = /^model-provider:([a-z][a-z0-9-]{0,63})$/.exec(text)?.[1]
  if (modelProvider !== undefined) return { kind: 'model-provider', modelProvider }
  throw new CliError(`--scope: expected all, internal or model-provider:NAME, not ${text}`, {
    exitCode: exitCodes.usage,
  })
}
