import { NotReadableError } from '@mosaic/local-tier'
import { packageVersion } from '@mosaic/runtime'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import pc from 'picocolors'
import { CliError, declareGlobalOptions, exitCodes, jsonText, printError, type Register } from './cli.ts'
import { registerAgent } from './commands/agent/index.ts'
import { registerApproval } from './commands/approval/index.ts'
import { registerAudit } from './commands/audit.ts'
import { registerBudget } from './commands/budget/index.ts'
import { registerCredentials } from './commands/credentials.ts'
import { registerEvents } from './commands/events/index.ts'
import { registerFleet } from './commands/fleet.ts'
import { registerGuests } from './commands/guests.ts'
import { registerPreset } from './commands/preset/index.ts'
import { registerProvider } from './commands/provider/index.ts'
import { registerHost } from './commands/host/index.ts'
import { registerLink } from './commands/link.ts'
import { registerMission } from './commands/mission/index.ts'
import { registerModel } from './commands/model/index.ts'
import { registerProjections } from './commands/projections.ts'
import { registerQueue } from './commands/queue.ts'
import { registerRepo } from './commands/repo/index.ts'
import { registerSecrets } from './commands/secrets/index.ts'
import { registerTask } from './commands/task/index.ts'
import { registerTier } from './commands/tier/index.ts'
import { registerWorker } from './commands/worker/index.ts'
import { registerWork } from './commands/work/index.ts'

/** Every noun of the CLI. A new one is a file under `commands/` and a line here. */
const nouns: readonly Register[] = [
  registerTier,
  registerLink,
  registerGuests,
  registerAgent,
  registerApproval,
  registerTask,
  registerMission,
  registerQueue,
  registerBudget,
  registerWorker,
  registerWork,
  registerModel,
  registerHost,
  registerProvider,
  registerPreset,
  registerCredentials,
  registerSecrets,
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
  const program = createProgram()
  const isJson = args.includes('--json')
  if (isJson) everyOf(program).forEach((command) => command.configureOutput({ outputError: () => undefined }))
  try {
    await program.parseAsync(args, { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok
  } catch (error) {
    return isJson ? explainAsJson(error) : explain(error)
  }
}

const everyOf = (command: Command): Command[] => [command, ...command.commands.flatMap(everyOf)]

type Failure = { readonly exitCode: number; readonly message: string; readonly hint?: string | undefined }

/** What went wrong in words for a person; `undefined`: nothing that was foreseen. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CliError) return error
  if (!(error instanceof NotReadableError)) return undefined
  return { exitCode: exitCodes.refused, message: `${error.message}: it belongs to an instance of another user` }
}

function explain(error: unknown): number {
  // Thrown by a command that has begun: of those of its options Commander makes another, and prints it.
  if (error instanceof InvalidArgumentError) printError(`${pc.red('error:')} ${error.message}`)
  // Commander has already printed its message; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const failure = failureOf(error)
  if (failure) {
    printError(`${pc.red('error:')} ${failure.message}`)
    if (failure.hint) printError(pc.dim(failure.hint))
    return failure.exitCode
  }
  printError(`${pc.red('unexpected error:')} ${unexpected(error)}`)
  return exitCodes.failed
}

/** The same for scripts: what the gateway refuses is printed as its problem document, which is JSON too. */
function explainAsJson(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok
    // The help that stands there already says what is missing.
    if (error.code === 'commander.help') return exitCodes.usage
    printError(jsonText({ error: error.message.replace(/^error: /, ''), exitCode: exitCodes.usage }))
    return exitCodes.usage
  }
  const { exitCode, message, hint } = failureOf(error) ?? { exitCode: exitCodes.failed, message: unexpected(error) }
  printError(jsonText({ error: message, ...(hint && { hint }), exitCode }))
  return exitCode
}

const unexpected = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
