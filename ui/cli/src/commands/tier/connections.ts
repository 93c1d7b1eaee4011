import { pathsOf, readAddresses } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { CliError, exitCodes, globalOptions, print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'

/** The one command that prints the engines' passwords, because it is asked to. */
export const registerConnections: Register = (program) => {
  program
    .command('connections')
    .description('connection strings of a running instance, with their credentials')
    .action((_options: unknown, command: Command) => {
      const { dataDir, json } = globalOptions(command)
      const addresses = readAddresses(pathsOf(dataDir))
      if (!addresses) throw new CliError(`${dataDir} has no running instance`, { exitCode: exitCodes.notRunning })
      if (json) printJson(addresses)
      else print(table(['what', 'where'], Object.entries(addresses)))
    })
}
