import { gatewayRoutes } from '@mosaic/contracts/http'
import { settingsFile } from '@mosaic/contracts/repository'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { absoluteRepository } from './absolute-repository.ts'
import { ofRepository, ownOf } from './wanted.ts'

type ApproveOptions = { branch?: string; settings?: string; yes?: boolean }

export const registerApprove: Register = (repo) => {
  repo
    .command('approve <path-or-url>')
    .description("permit what a repository's settings say, once for each content")
    .option('--branch <name>', 'whose settings; default: the default branch')
    .option('--settings <file>', `settings of your own, which go before the repository's ${settingsFile}`)
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExit codes: 0 approved; 2 not confirmed; 4 refused, or there are no settings.')
    .action(
      gatewayAction(async ({ client, json, signal }, given: string, options: ApproveOptions) => {
        const repository = absoluteRepository(given)
        const { branch, settings, yes } = options
        const look = () => client.call(gatewayRoutes.inspectRepository, { query: { repository, branch } })
        const wanted = settings === undefined ? ofRepository(await showing('looking', look())) : ownOf(settings)
        const { hash, text, shown } = wanted
        const would = `Settings ${hash.slice(0, 12)} of ${repository} would:\n${shown}`
        if (yes) {
          // Whoever does not want to be asked is told all the same what was permitted in their name.
          if (!json) print(would)
        } else {
          if (!canAsk())
            throw new CliError('Approving needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
          if (!(await agrees(`${would}\nApprove them?`, signal)))
            throw new CliError('Nothing was approved.', { exitCode: exitCodes.usage })
        }
        const body = { repository, hash, ...(branch !== undefined && { branch }), ...(text !== undefined && { text }) }
        const answer = await client.call(gatewayRoutes.approveSettings, { body })
        if (json) return printJson(answer)
        print(answer.changed ? `Approved: ${hash.slice(0, 12)}.` : `They were approved already: ${hash.slice(0, 12)}.`)
      }),
    )
}
