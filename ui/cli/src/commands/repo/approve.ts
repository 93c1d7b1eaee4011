import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { settingsFile } from '@mosaic/contracts/repository'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { permitLines } from '../../format/repository.ts'
import { showing } from '../../format/spinner.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { absoluteRepository } from './absolute-repository.ts'

type ApproveOptions = { branch?: string; settings?: string; yes?: boolean }
/** What is to be approved, and the words for it. */
type Wanted = { readonly hash: string; readonly text?: string; readonly shown: string }

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
        const wanted = settings === undefined ? await ofRepository(client, repository, branch) : ownOf(settings)
        const { hash, text, shown } = wanted
        if (!yes) {
          if (!canAsk())
            throw new CliError('Approving needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
          const question = `Settings ${hash.slice(0, 12)} of ${repository} would:\n${shown}\nApprove them?`
          if (!(await agrees(question, signal)))
            throw new CliError('Nothing was approved.', { exitCode: exitCodes.usage })
        }
        const body = { repository, hash, ...(branch !== undefined && { branch }), ...(text !== undefined && { text }) }
        const answer = await client.call(gatewayRoutes.approveSettings, { body })
        if (json) return printJson(answer)
        print(answer.changed ? `Approved: ${hash.slice(0, 12)}.` : `They were approved already: ${hash.slice(0, 12)}.`)
      }),
    )
}

async function ofRepository(client: Client, repository: string, branch: string | undefined): Promise<Wanted> {
  const looking = client.call(gatewayRoutes.inspectRepository, { query: { repository, branch } })
  const { settings } = await showing('looking', looking)
  if (settings?.source === 'repository' && !settings.problem) {
    return { hash: settings.hash, shown: permitLines(settings.permits) }
  }
  // Of these only the file's own words can be approved, and the gateway says what is wrong with them.
  if (settings) return { hash: settings.hash, shown: settings.text }
  throw new CliError(`${repository} has no ${settingsFile}.`, {
    exitCode: exitCodes.refused,
    hint: `"mosaic repo inspect ${repository}" proposes one.`,
  })
}

function ownOf(path: string): Wanted {
  const text = readFileSync(path, 'utf8')
  return { hash: createHash('sha256').update(text).digest('hex'), text, shown: text }
}
