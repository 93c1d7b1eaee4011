import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { findWorkerId } from './find-worker.ts'

type TokenOptions = { minutes: number }

export const registerTokens: Register = (worker) => {
  worker
    .command('add <name>')
    .description('let a machine join; prints the token that it has to show, once')
    .option('--minutes <n>', 'how long the token is good, at most 1440', wholeFrom(1), 15)
    .action(
      gatewayAction(async ({ client, json }, name: string, { minutes }: TokenOptions) => {
        const added = await client.call(gatewayRoutes.admitWorker, { body: { name, validMinutes: minutes } })
        if (json) printJson(added)
        else print(`Added ${pc.bold(added.workerId)}. ${howToJoin(added)}`)
      }),
    )
  worker
    .command('token <worker>')
    .description('a new token for a worker whose token has ended, or that has lost what it kept (by id or name)')
    .option('--minutes <n>', 'how long the token is good, at most 1440', wholeFrom(1), 15)
    .action(
      gatewayAction(async ({ client, json }, given: string, { minutes }: TokenOptions) => {
        const params = { id: await findWorkerId(client, given) }
        const made = await client.call(gatewayRoutes.issueWorkerToken, { params, body: { validMinutes: minutes } })
        if (json) printJson(made)
        else print(`The token from before opens nothing any more. ${howToJoin(made)}`)
      }),
    )
}

const howToJoin = ({ token, expiresAt }: { readonly token: string; readonly expiresAt: string }) =>
  `On the machine, in a clone of the same version:

    ./mosaic worker join URL

and, when that asks for it, the token:

    ${pc.bold(token)}

It is good for one join, until ${expiresAt}, and is not shown again. URL is where this instance's console is reached from there.`
