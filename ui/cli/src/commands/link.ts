import { gatewayRoutes } from '@mosaic/contracts/http'
import { role, type Role } from '@mosaic/contracts/operator'
import { Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../cli.ts'
import { gatewayAction } from '../gateway/action.ts'

/** Signing people in. */
export const registerLink: Register = (program) => {
  program
    .command('link')
    .description('a one-time link that signs a person in to the console')
    .addOption(new Option('--role <role>', 'what that person may do').choices(role.options).default('admin'))
    .option('--name <name>', 'whom you invite; without a name an admin is you')
    .addHelpText('after', '\nThe link works once, for 15 minutes. An observer sees everything and changes nothing.')
    .action(
      gatewayAction(async ({ client, json }, options: { role: Role; name?: string }) => {
        const link = await client.call(gatewayRoutes.createSignInLink, { body: options })
        if (json) printJson(link)
        else print(`${pc.bold('→ Console:')} ${link.url}`)
      }),
    )
}
