import { AlreadyRunningError, presentIn, resetTier } from '@mosaic/local-tier'
import type { Command } from 'commander'
import { ask, canAsk } from '../../ask.ts'
import { CliError, exitCodes, optionsForChange, type Register, print, printJson } from '../../cli.ts'

export const registerReset: Register = (program) => {
  program
    .command('reset')
    .description("delete the instance: its events, read models, agents' worktrees, keys and logs")
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nBranches that agents have pushed into your repositories are your work, and stay.')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { dataDir, json } = optionsForChange(command)
      if (!yes) await confirm(dataDir)
      const deleted = await resetTier(dataDir).catch((error: unknown) => {
        if (!(error instanceof AlreadyRunningError)) throw error
        throw new CliError(error.message, { hint: 'Stop it first: mosaic down', cause: error })
      })
      if (json) printJson({ deleted })
      else print(deleted.length > 0 ? `Deleted ${deleted.join(', ')} in ${dataDir}.` : 'There was nothing to delete.')
    })
}

const confirmation = 'reset'

async function confirm(dataDir: string): Promise<void> {
  const what = `this deletes everything that ${dataDir} holds of Mosaic, for good`
  if (!canAsk()) throw new CliError(what, { exitCode: exitCodes.usage, hint: 'Add --yes to do it.' })
  const present = presentIn(dataDir)
  if (present.length === 0) return
  const typed = await ask(`${what}:\n${present.join(', ')}\nType ${confirmation} to do it: `)
  if (typed !== confirmation) throw new CliError('Nothing was deleted.', { exitCode: exitCodes.usage })
}
