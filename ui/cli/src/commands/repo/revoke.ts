import { gatewayRoutes, type RevocationAnswer } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { absoluteRepository } from './absolute-repository.ts'

export const registerRevoke: Register = (repo) => {
  repo
    .command('revoke <path-or-url>')
    .description('take back all that was approved for a repository: from now on a spawn asks again')
    .addHelpText(
      'after',
      '\nAgents that have started go on as they are. Exit codes: 0 revoked; 4 nothing was ever approved.',
    )
    .action(
      gatewayAction(async ({ client, json }, given: string, _options: unknown) => {
        const repository = absoluteRepository(given)
        const answer = await client.call(gatewayRoutes.revokeSettings, { body: { repository } })
        if (json) return printJson(answer)
        print(sentenceOf(answer))
      }),
    )
}

function sentenceOf({ changed, running }: RevocationAnswer): string {
  if (!changed) return 'It was revoked already.'
  const many = running.length
  if (many === 0) return 'Revoked: a spawn asks again.'
  return `Revoked: a spawn asks again. ${many === 1 ? 'One agent that works there goes' : `${many} agents that work there go`} on.`
}
