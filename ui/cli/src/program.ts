import { NotReadableError } from '@mosaic/local-tier'
import { packageVersion } from '@mosaic/runtime'
import { Command, CommanderError } from 'commander'
import pc from 'picocolors'
import { CliError, declareGlobalOptions, exitCodes, printError, type Register } from './cli.ts'
import { registerAgent } from './commands/agent/index.ts'
import { registerAudit } from './commands/audit.ts'
import { registerCredentials } from './commands/credentials.ts'
import { registerEvents } from './commands/events/index.ts'
import { registerFleet } from './commands/fleet.ts'
import { registerGuests } from './commands/guests.ts'
import { registerLink } from './commands/link.ts'
import { registerModel } from './commands/model/index.ts'
import { registerProjections } from './commands/projections.ts'
import { registerRepo } from './commands/repo/index.ts'
import { registerTier } from './commands/tier/index.ts'
import { registerWork } from './commands/work/index.ts'

/** Every noun of the CLI. A new one is a file under `commands/` and a line here. */
const nouns: readonly Register[] = [
  registerTier,
  registerLink,
  registerGuests,
  registerAgent,
  registerWork,
  registerModel,
  registerCredentials,
  registerFleet,
  registerRepo,
  registerAudit,
  registerEvents,
  registerProjections,
]

export function createProgram(): Command {
  const program = new Command('mosaic')
    .description('Run fleets of AI coding agents and stay in charge of them.')
    .version(packageVersion(import.meta.url))
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride()
  declareGlobalOptions(program)
  for (const register of nouns) register(program)
  return program
}

/** Runs one command line (without node and the script's name) and gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok
  } catch (error) {
    return explain(error)
  }
}

function explain(error: unknown): number {
  // Commander has already printed its message; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof CliError) {
    printError(`${pc.red('error:')} ${error.message}`)
    if (error.hint) printError(pc.dim(error.hint))
    return error.exitCode
  }
  if (error instanceof NotReadableError) {
    printError(`${pc.red('error:')} ${error.message}: it belongs to an instance of another user`)
    return exitCodes.refused
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error)
  printError(`${pc.red('unexpected error:')} ${shown}`)
  return exitCodes.failed
}
