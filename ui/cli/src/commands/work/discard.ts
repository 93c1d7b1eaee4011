import { gatewayRoutes } from '@mosaic/contracts/http'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

export const registerDiscard: Register = (work) => {
  work
    .command('discard <id>')
    .description('give up what an ended agent had not committed; its branch stays (asks first)')
    .option('--yes', 'do not ask')
    .action(
      gatewayAction(async ({ client, json, signal }, given: string, { yes }: { yes?: boolean }) => {
        const id = await findSessionId(client, given)
        if (!yes) await confirm(id, signal)
        const answer = await client.call(gatewayRoutes.discardWork, { params: { id }, body: {} })
        if (json) printJson(answer)
        else print('It is given up.')
      }),
    )
}

async function confirm(id: string, signal: AbortSignal): Promise<void> {
  if (!canAsk()) throw new CliError('Discarding needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  if (await agrees(`Give up what ${id} had not committed?`, signal)) return
  throw new CliError('Nothing was given up.', { exitCode: exitCodes.usage })
}
