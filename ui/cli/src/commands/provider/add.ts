import { agentProviderKind, type AgentProviderKind } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import { print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { readSecret } from '../../read-secret.ts'
import { providerLine } from './provider-text.ts'

type AddOptions = { kind: AgentProviderKind; url: string; token: boolean; tokenEnv?: string; off?: true }

export const registerProviderAdd: Register = (provider) => {
  provider
    .command('add <name>')
    .description('add an agent provider; asks for its token')
    .requiredOption('--url <url>', 'where it is: ws, wss, http or https')
    .addOption(new Option('--kind <kind>', 'what it is').choices(agentProviderKind.options).default('openclaw'))
    .option('--token-env <variable>', 'take the token from this variable instead of asking or reading standard input')
    .option('--no-token', 'it wants none')
    .option('--off', 'begin no sessions there yet')
    .addHelpText('after', help)
    .action(
      gatewayAction(async ({ client, json, signal }, name: string, options: AddOptions) => {
        const { kind, url: address, tokenEnv: variable } = options
        const token = options.token ? await readSecret(`token of ${name}`, { variable, signal }) : undefined
        const body = { name, kind, address, token, isActive: options.off !== true }
        const added = await client.call(gatewayRoutes.addAgentProvider, { body })
        if (json) return printJson(added)
        print(providerLine(added))
        print(`"mosaic provider test ${name}" speaks with it once.`)
      }),
    )
}

const help = `
  mosaic provider add house --url wss://gateway.example
  mosaic provider add lab --url ws://127.0.0.1:18789 --token-env OPENCLAW_GATEWAY_TOKEN

The token is sealed in the data folder; it is in no event, no log line and no argument, and goes to this host alone. An address in a
private network is taken where MOSAIC_PROVIDER_NETWORKS of the orchestrator names that network: MOSAIC_PROVIDER_NETWORKS=127.0.0.0/8`
