import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { duration, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { registerHostAdd } from './add.ts'
import { hostTable } from './host-text.ts'

/** Where pull requests are opened. */
export const registerHost: Register = (program) => {
  const host = program.command('host').description('where pull requests are opened: GitHub, Gitea, GitLab')
  registerHostAdd(host)

  host
    .command('list', { isDefault: true })
    .description('code hosts, with the end of their tokens')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.codeHosts)
        if (json) return printJson({ items })
        print(items.length > 0 ? hostTable(items) : 'There are no code hosts: mosaic host add github')
      }),
    )

  host
    .command('test <name>')
    .description('ask a code host whose token it has')
    .addHelpText('after', '\nExit codes: 0 it answered, 4 it did not.')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        const tested = await client.call(gatewayRoutes.testCodeHost, { params: { name }, body: {}, timeoutMs: 80_000 })
        if (json) printJson(tested)
        else print(`${pc.green('✓')} the token is ${oneLine(tested.user, 100)}’s (${duration(tested.durationMs)})`)
      }),
    )

  host
    .command('remove <name>')
    .description('forget a code host and its token')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        await client.call(gatewayRoutes.removeCodeHost, { params: { name } })
        if (json) printJson({ name })
        else print(`${name} is forgotten.`)
      }),
    )
}
