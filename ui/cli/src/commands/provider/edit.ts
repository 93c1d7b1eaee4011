import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { readSecret } from '../../read-secret.ts'
import { providerNamed } from './named.ts'
import { providerLine } from './provider-text.ts'

type EditOptions = { name?: string; url?: string; token?: boolean; tokenEnv?: string; on?: true; off?: true }

export const registerProviderEdit: Register = (provider) => {
  provider
    .command('edit <name>')
    .description('change an agent provider: its name, address or token, or whether sessions begin there')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address; at another host with --token')
    .option('--token', 'another token: asked for, or read from standard input')
    .option('--no-token', 'it wants none any more')
    .option('--token-env <variable>', 'another token, from this variable')
    .addOption(new Option('--on', 'begin sessions there').conflicts('off'))
    .addOption(new Option('--off', 'begin no sessions there; those that run go on'))
    .action(
      gatewayAction(async ({ client, json, signal }, which: string, options: EditOptions) => {
        const { name, url: address, tokenEnv: variable } = options
        const isOther = options.token === true || variable !== undefined
        const token = isOther
          ? await readSecret(`token of ${which}`, { variable, signal })
          : options.token === false
            ? null
            : undefined
        const isActive = options.on ? true : options.off ? false : undefined
        const body = { name, address, token, isActive }
        if (Object.values(body).every((value) => value === undefined)) {
          throw new CliError('Nothing to change was named.', { exitCode: exitCodes.usage })
        }
        const { providerId: id } = await providerNamed(client, which)
        const changed = await client.call(gatewayRoutes.changeAgentProvider, { params: { id }, body })
        if (json) printJson(changed)
        else print(providerLine(changed))
      }),
    )
}
