import { gatewayRoutes } from '@mosaic/contracts/http'
import { InvalidArgumentError, Option } from 'commander'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { providerLine } from './provider-text.ts'
import { readSecret } from './read-secret.ts'

type AddOptions = {
  url?: string
  model?: string
  keyEnv?: string
  key: boolean
  inputPrice?: number
  outputPrice?: number
  contextTokens?: number
}

export const registerModelAdd: Register = (model) => {
  const fact = (flags: string, description: string) => new Option(flags, description).argParser(numberOf)
  model
    .command('add <name>')
    .description('add a model provider, or replace the one of this name; asks for its key')
    .option('--url <url>', "base URL of a server that speaks Anthropic's Messages API (default: Anthropic's own)")
    .option('--model <name>', 'the model of agents that are spawned without one')
    .option('--key-env <variable>', 'take the key from this variable instead of asking or reading standard input')
    .option('--no-key', 'the server wants no key')
    .addOption(fact('--input-price <dollars>', 'per million input tokens'))
    .addOption(fact('--output-price <dollars>', 'per million output tokens'))
    .addOption(fact('--context-tokens <n>', 'the longest request and answer together'))
    .addHelpText('after', help)
    .action(
      gatewayAction(async ({ client, json, signal }, name: string, options: AddOptions) => {
        const { url, model: defaultModel, keyEnv, key, contextTokens } = options
        const apiKey = key ? await readSecret(`API key of ${name}`, { variable: keyEnv, signal }) : undefined
        const price = priceOf(options)
        const body = { name, baseUrl: url, defaultModel, apiKey, price, contextTokens }
        const added = await client.call(gatewayRoutes.addModelProvider, { body })
        if (json) return printJson(added)
        print(providerLine(added))
        print(`It counts from now on. "mosaic model test ${name}" makes one small call.`)
      }),
    )
}

const help = `
The key is sealed in the data folder; it is in no event, no log line and no argument. What you add here goes before
ANTHROPIC_API_KEY of the shell that started Mosaic. A URL may lead to this machine: whoever may add providers is trusted
with what the orchestrator can reach.`

function priceOf({ inputPrice, outputPrice }: AddOptions) {
  if (inputPrice === undefined && outputPrice === undefined) return undefined
  if (inputPrice !== undefined && outputPrice !== undefined) return { input: inputPrice, output: outputPrice }
  throw new CliError('A price is both --input-price and --output-price.', { exitCode: exitCodes.usage })
}

function numberOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('A number is expected, 0 or more.')
}
