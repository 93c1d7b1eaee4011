import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { duration, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { registerProviderAdd } from './add.ts'
import { registerProviderEdit } from './edit.ts'
import { providerNamed } from './named.ts'
import { providerTable } from './provider-text.ts'

/** Where agents of others run. */
export const registerProvider: Register = (program) => {
  const provider = program.command('provider').description('agent providers: gateways where agents of others run')
  registerProviderAdd(provider)
  registerProviderEdit(provider)

  provider
    .command('list', { isDefault: true })
    .description('agent providers, how they stand, and what control over their sessions means')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.agentProviders)
        if (json) return printJson({ items })
        print(
          items.length > 0
            ? providerTable(items)
            : 'There are no agent providers: mosaic provider add house --url wss://gateway.example',
        )
      }),
    )

  provider
    .command('test <name>')
    .description('speak with an agent provider once, and say what is wrong')
    .addHelpText('after', '\nExit codes: 0 it answered, 4 it did not.')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        const { providerId: id } = await providerNamed(client, name)
        const route = gatewayRoutes.testAgentProvider
        const tested = await client.call(route, { params: { id }, body: {}, timeoutMs: 80_000 })
        if (json) return printJson(tested)
        const { version, protocol, durationMs } = tested
        const about = `version ${oneLine(version ?? 'unknown', 60)}, protocol ${oneLine(protocol ?? 'unknown', 60)}`
        print(`${pc.green('✓')} it answered: ${about} (${duration(durationMs)})`)
      }),
    )

  provider
    .command('remove <name>')
    .description('forget an agent provider and its token')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        const { providerId: id } = await providerNamed(client, name)
        await client.call(gatewayRoutes.removeAgentProvider, { params: { id } })
        if (json) printJson({ name, providerId: id })
        else print(`${name} is forgotten.`)
      }),
    )

  provider
    .command('rotate-keys')
    .description('seal the tokens of all agent providers, and all other credentials, anew under another master key')
    .action(
      gatewayAction(async ({ client, json }) => {
        const rotated = await client.call(gatewayRoutes.rotateMasterKey)
        if (json) printJson(rotated)
        else print(`${rotated.credentials} credentials are sealed under the master key ${rotated.keyId}.`)
      }),
    )
}
