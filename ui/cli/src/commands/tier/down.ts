import { stopTier } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { optionsForChange, type Register, print, printJson } from '../../cli.ts'

export const registerDown: Register = (program) => {
  program
    .command('down')
    .description('stop everything and wait until every process is gone')
    .action(async (_options: unknown, command: Command) => {
      const { dataDir, json } = optionsForChange(command)
      const stopped = await stopTier(dataDir)
      if (json) printJson({ stopped })
      else print(stopped ? 'Stopped.' : 'Nothing was running.')
    })
}
