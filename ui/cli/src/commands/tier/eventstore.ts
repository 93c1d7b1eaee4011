import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathsOf } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { exitCodes, globalOptions, type Register, repositoryRoot } from '../../cli.ts'

const usage = `
  mosaic eventstore [--data DIR | --mem] [--port N] [--host H]   run the node until it is stopped
  mosaic eventstore verify STORE                                 read every event, say the first bad position
  mosaic eventstore backup STORE TARGET                          copy a store, also while a node writes to it

The log lies in DIR/eventstore. All options of the node are passed on to it; its README names them.`

export const registerEventstore: Register = (program) => {
  program
    .command('eventstore')
    .description('run the embedded EventStoreDB node alone, on the log of the data folder')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', usage)
    .action(async (args: string[], _options: unknown, command: Command) => {
      process.exitCode = await runNode(
        nodeArguments(args, pathsOf(globalOptions(command).dataDir).engine('eventstore')),
      )
    })
}

/** The node's own command line: a verb as it is; else it runs, on the data folder's log unless that is in memory. */
export function nodeArguments(args: readonly string[], store: string): string[] {
  const verb = args[0] !== undefined && !args[0].startsWith('-')
  return verb || args.includes('--mem') ? [...args] : ['--data', store, ...args]
}

function runNode(args: readonly string[]): Promise<number> {
  const main = join(repositoryRoot, 'infra/embedded/eventstore-node/src/main.ts')
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, MOSAIC_SUPERVISED: '1' },
    // A session of its own: Ctrl-C comes to us, and we pass it on once.
    detached: true,
  })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? exitCodes.failed))
  })
}
