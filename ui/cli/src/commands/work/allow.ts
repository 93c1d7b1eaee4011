import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

export const registerAllow: Register = (work) => {
  work
    .command('allow <id> <file> <fingerprint>')
    .description('let an agent commit what looks like a secret in a file: its refused commit names both')
    .action(
      gatewayAction(async ({ client, json }, given: string, file: string, fingerprint: string, _options: unknown) => {
        const id = await findSessionId(client, given)
        const answer = await client.call(gatewayRoutes.allowSecret, { params: { id }, body: { file, fingerprint } })
        if (json) printJson(answer)
        else print('Allowed, by your name; the next commit may hold it')
      }),
    )
}
