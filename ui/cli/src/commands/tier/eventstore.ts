import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathsOf } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { exitCodes, optionsForChange, type Register, repositoryRoot } from '../../cli.ts'

const usage = `
  mosaic eventstore [serve] [options]        run the node until it is stopped
    --data DIR | --mem                       on the log in DIR/eventstore, or in memory
    --port N                                 2113; 0 for any
    --host H                                 127.0.0.1; others want TLS, or --insecure-on-any-address
    --projections on-demand|all|none         on-demand: each runs from its first reader on
    --tls-cert FILE --tls-key FILE           TLS, credentials and access control lists
  mosaic eventstore verify STORE             read every event, say the first bad position
  mosaic eventstore backup STORE TARGET      copy a store, also while a node writes to it

Exit code 2: the command line makes no sense; 1: it cannot be done.`

export const registerEventstore: Register = (program) => {
  program
    .command('eventstore')
    .description('run the embedded EventStoreDB node alone, on the log of the data folder')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', usage)
    .action(async (args: string[], _options: unknown, command: Command) => {
      process.exitCode = await runNode(
        nodeArguments(args, pathsOf(optionsForChange(command).dataDir).engine('eventstore')),
      )
    })
}

/** The node's own command line: a verb as it is; else it runs, on the data folder's log unless that is in memory. */
export function nodeArguments([first, ...rest]: readonly string[], store: string): string[] {
  if (first === 'serve') return nodeArguments(rest, store)
  const args = first === undefined ? [] : [first, ...rest]
  const verb = first !== undefined && !first.startsWith('-')
  return verb || args.includes('--mem') ? args : ['--data', store, ...args]
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
