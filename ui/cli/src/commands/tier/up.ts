import {
  createFolders,
  DataFolderError,
  pathsOf,
  readState,
  runSupervisor,
  startDemo,
  startDetached,
  type StartOutcome,
  stopTier,
  supervisorRuns,
} from '@mosaic/local-tier'
import { createLogger } from '@mosaic/runtime'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { openSync, writeSync } from 'node:fs'
import pc from 'picocolors'
import {
  CliError,
  exitCodes,
  type GlobalOptions,
  optionsForChange,
  type Register,
  print,
  printError,
  repositoryRoot,
} from '../../cli.ts'
import { accessOf, printAddress, untilAddressesAreThere } from './address.ts'
import { type StartView, startView } from './start-view.ts'

type UpOptions = { detach?: boolean; port?: number; demo: boolean }
type Start = UpOptions & GlobalOptions

export const registerUp: Register = (program) => {
  program
    .command('up')
    .description('start everything and print a sign-in link for the console')
    .option('-d, --detach', 'leave it running in the background')
    .addOption(new Option('-p, --port <n>', "the console's port (default: 3000, or a free one)").argParser(parsePort))
    .option('--no-demo', 'do not start the demo mission')
    .action(async (options: UpOptions, command: Command) => up({ ...options, ...optionsForChange(command) }))
}

async function up(start: Start): Promise<void> {
  if (await alreadyUp(start)) return
  prepareFolder(start.dataDir)
  await (start.detach ? upDetached(start) : upHere(start))
}

/** Prints the address of an instance that runs; one that is stopping is waited for, and then does not count. */
async function alreadyUp(start: Start): Promise<boolean> {
  const paths = pathsOf(start.dataDir)
  const state = () => readState(paths)
  while (supervisorRuns(state())) {
    if (state()?.status === 'stopping') {
      await stopTier(start.dataDir)
      continue
    }
    try {
      await untilAddressesAreThere(start.dataDir)
      sayOtherPort(start)
      await printAddress(start)
      return true
    } catch (error) {
      // It began to stop while it was asked.
      if (supervisorRuns(state()) && state()?.status !== 'stopping') throw error
    }
  }
  return false
}

/** What runs keeps its port. */
function sayOtherPort({ dataDir, port }: Start): void {
  const running = readState(pathsOf(dataDir))?.ports.gateway
  if (!port || port === running) return
  printError(
    `${pc.yellow('warning:')} it runs already, on port ${running}, not ${port}; "mosaic down" first to change that`,
  )
}

function prepareFolder(dataDir: string): void {
  try {
    createFolders(pathsOf(dataDir))
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error
    throw new CliError(error.message, { hint: 'Choose another with --data DIR.', cause: error })
  }
}

async function upDetached(start: Start): Promise<void> {
  const view = startView(start)
  const { outcome, abort } = startDetached({ ...tierOf(start), env: process.env, onProgress: view.progress })
  let interrupted = false
  const interrupt = () => {
    interrupted = true
    abort()
  }
  for (const name of stopSignals) process.on(name, interrupt)
  const ended = await outcome
  await view.close()
  if (interrupted) throw new CliError('interrupted; nothing was left running', { exitCode: exitCodes.interrupted })
  // From here on the instance runs by itself, and Ctrl-C ends this command alone.
  for (const name of stopSignals) process.off(name, interrupt)
  await afterStart(start, ended)
}

const stopSignals = ['SIGINT', 'SIGTERM'] as const

async function upHere(start: Start): Promise<void> {
  const view = startView(start)
  const log = openSync(pathsOf(start.dataDir).log('supervisor'), 'a')
  let outcome: StartOutcome = { type: 'failed', component: null, reason: 'it ended unexpectedly' }
  let greeted = Promise.resolve()
  const exitCode = await runSupervisor({
    ...tierOf(start),
    host: process.env['MOSAIC_HOST'] || '127.0.0.1',
    logger: createLogger({ name: 'supervisor' }, { write: (line) => writeLine(log, line) }),
    tell(message) {
      if (message.type === 'ready') greeted = greet(start, view)
      else if (message.type === 'in-use' || message.type === 'failed') outcome = message
      else view.progress(message)
    },
  })
  await view.close()
  await greeted
  if (exitCode !== 0) await afterStart(start, outcome)
  else if (!start.json) print('Stopped.')
}

function writeLine(log: number, line: string): void {
  try {
    writeSync(log, line)
  } catch {
    // A full disk costs lines of the log, not the instance.
  }
}

/** Everything is healthy, and stays so whether or not the demo and the link come about. */
async function greet(start: Start, view: StartView): Promise<void> {
  await view.close()
  try {
    await afterStart(start, { type: 'ready' })
  } catch (error) {
    printError(`${pc.yellow('warning:')} ${(error as Error).message}`)
  }
  if (!start.json) print(pc.dim('  Ctrl-C stops everything.'))
}

function tierOf({ dataDir, port }: Start) {
  return { dataDir, root: repositoryRoot, ...(port === undefined ? {} : { gatewayPort: port }) }
}

/** What is left to do when the start has ended: the demo and the link, or why there is neither. */
async function afterStart(start: Start, outcome: StartOutcome): Promise<void> {
  if (outcome.type === 'failed') {
    throw new CliError(outcome.component ? outcome.reason : `the local tier did not start: ${outcome.reason}`, {
      hint: `Logs: ${pathsOf(start.dataDir).logs}. "mosaic doctor" checks what it needs on this machine.`,
    })
  }
  if (outcome.type === 'in-use') {
    // Another `up` was quicker by a moment; its result is as good.
    await untilAddressesAreThere(start.dataDir)
  } else if (start.demo) await tryDemo(start)
  await printAddress(start)
}

async function tryDemo({ dataDir, json }: Start): Promise<void> {
  try {
    const demo = await startDemo({ dataDir, root: repositoryRoot, access: accessOf(dataDir) })
    if (json || demo === 'started before') return
    if (demo === 'not a fresh instance') print(pc.dim('No demo mission: agents have worked here before.'))
    else print(`${pc.green('✓')} The demo has started: three agents on ${pathsOf(dataDir).demoRepository}`)
  } catch (error) {
    // The tier itself is well, and so are agents that a person spawns.
    printError(`${pc.yellow('warning:')} the demo mission could not be started: ${(error as Error).message}`)
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is from 0 (any) to 65535.')
  return port
}
