import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathsOf } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { exitCodes, globalOptions, type Register, repositoryRoot } from '../../cli.ts'

export const registerEventstore: Register = (program) => {
  program
    .command('eventstore')
    .description('run the embedded EventStoreDB node alone, on the log of the data folder')
    .option('-p, --port <n>', 'port', '2113')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--mem', 'keep the log in memory only')
    .action(async (options: { port: string; host: string; mem?: boolean }, command: Command) => {
      const { dataDir } = globalOptions(command)
      const where = options.mem ? ['--mem'] : ['--data', pathsOf(dataDir).engine('eventstore')]
      process.exitCode = await runNode([...where, '--port', options.port, '--host', options.host])
    })
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
