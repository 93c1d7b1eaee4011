import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { settingsFile } from '@mosaic/contracts/repository'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { inspectionText } from '../../format/repository.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { absoluteRepository } from './absolute-repository.ts'

export const registerInspect: Register = (repo) => {
  repo
    .command('inspect <path-or-url>')
    .description(`what Mosaic sees in a repository, and the ${settingsFile} that it proposes`)
    .option('--branch <name>', 'default: the default branch')
    .option('--write', `write the proposal to ${settingsFile} in the checkout`)
    .addHelpText('after', '\nNothing of the repository is run. Commit the file, then approve it: mosaic repo approve.')
    .action(
      gatewayAction(async ({ client, json }, given: string, options: { branch?: string; write?: boolean }) => {
        const repository = absoluteRepository(given)
        const query = { repository, branch: options.branch }
        const seen = await showing('looking', client.call(gatewayRoutes.inspectRepository, { query }))
        if (options.write) writeProposal(repository, seen.proposal)
        if (json) return printJson(seen)
        print(inspectionText(seen))
        if (!seen.settings && !options.write) print(`\n${pc.bold(`Proposed ${settingsFile}:`)}\n\n${seen.proposal}`)
        if (options.write)
          print(`\nWritten: ${join(repository, settingsFile)}. Commit it, then: mosaic repo approve ${given}`)
      }),
    )
}

function writeProposal(checkout: string, proposal: string): void {
  if (!existsSync(join(checkout, '.git')))
    throw new CliError(`There is no checkout at ${checkout}.`, { exitCode: exitCodes.usage })
  try {
    // Never over one that is there, nor through a link.
    writeFileSync(join(checkout, settingsFile), proposal, { flag: 'wx' })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    throw new CliError(`${settingsFile} is there already.`, { exitCode: exitCodes.refused, cause })
  }
}
