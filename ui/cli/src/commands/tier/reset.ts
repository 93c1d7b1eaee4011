import { AlreadyRunningError, resetTier } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { CliError, exitCodes, optionsForChange, type Register, print, printJson } from '../../cli.ts'

export const registerReset: Register = (program) => {
  program
    .command('reset')
    .description("delete the instance: its events, read models, agents' worktrees and logs")
    .option('--yes', 'really do it')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { dataDir, json } = optionsForChange(command)
      if (!yes)
        throw new CliError(`this deletes everything that ${dataDir} holds of Mosaic, for good`, {
          exitCode: exitCodes.usage,
          hint: 'Add --yes to do it.',
        })
      const deleted = await resetTier(dataDir).catch((error: unknown) => {
        if (!(error instanceof AlreadyRunningError)) throw error
        throw new CliError(error.message, { hint: 'Stop it first: mosaic down', cause: error })
      })
      if (json) printJson({ deleted })
      else print(deleted.length > 0 ? `Deleted ${deleted.join(', ')} in ${dataDir}.` : 'There was nothing to delete.')
    })
}
