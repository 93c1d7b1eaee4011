import { type ModelDialect, modelDialect } from '@mosaic/contracts/credential'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { numberFrom } from '../../numbers.ts'
import { providerLine } from './provider-text.ts'
import { readSecret } from '../../read-secret.ts'

type AddOptions = {
  dialect: ModelDialect
  url?: string
  model?: string
  maxTokens?: number
  keyEnv?: string
  key: boolean
  inputPrice?: number
  outputPrice?: number
  cachedPrice?: number
  contextTokens?: number
  concurrency?: number
  requestsPerMinute?: number
  tokensPerMinute?: number
}

export const registerModelAdd: Register = (model) => {
  const fact = (flags: string, description: string) => new Option(flags, description).argParser(numberFrom(0))
  model
    .command('add <name>')
    .description('add a model provider, or replace the one of this name; asks for its key')
    .addOption(
      new Option('--dialect <api>', 'the API that the server speaks')
        .choices(modelDialect.options)
        .default('anthropic'),
    )
    .option('--url <url>', "the server's base URL (default: that of the dialect's maker)")
    .option('--model <name>', 'the model of agents that are spawned without one')
    .option('--key-env <variable>', 'take the key from this variable instead of asking or reading standard input')
    .option('--no-key', 'the server wants no key')
    .addOption(fact('--input-price <dollars>', 'per million input tokens'))
    .addOption(fact('--output-price <dollars>', 'per million output tokens'))
    .addOption(
      fact('--cached-price <dollars>', 'per million input tokens that come from its cache (default: as input)'),
    )
    .addOption(fact('--context-tokens <n>', 'the longest request and answer together'))
    .addOption(fact('--max-tokens <n>', 'the longest answer'))
    .addOption(fact('--concurrency <n>', 'calls at a time, of all agents together'))
    .addOption(fact('--requests-per-minute <n>', 'calls that begin within a minute'))
    .addOption(fact('--tokens-per-minute <n>', 'tokens within a minute, those read from a cache aside'))
    .addHelpText('after', help)
    .action(
      gatewayAction(async ({ client, json, signal }, name: string, options: AddOptions) => {
        const { dialect, url, model: defaultModel, keyEnv, key, contextTokens, maxTokens: maximumTokens } = options
        const apiKey = key ? await readSecret(`API key of ${name}`, { variable: keyEnv, signal }) : undefined
        const price = priceOf(options)
        const limits = limitsOf(options)
        const body = { name, dialect, baseUrl: url, defaultModel, apiKey, price, contextTokens, maximumTokens, limits }
        const added = await client.call(gatewayRoutes.addModelProvider, { body })
        if (json) return printJson(added)
        print(providerLine(added))
        print(`It counts from now on. "mosaic model test ${name}" makes one small call.`)
      }),
    )
}

const help = `
openai is any server that speaks OpenAI's chat completions (vLLM, LM Studio, llama.cpp, OpenRouter …). An Ollama at home:
  mosaic model add home --dialect ollama --no-key --model qwen3 --context-tokens 32000

The key is sealed in the data folder; it is in no event, no log line and no argument. What you add here goes before
ANTHROPIC_API_KEY of the shell that started Mosaic. A URL may lead to this machine: whoever may add providers is trusted
with what the orchestrator can reach.`

function limitsOf({ concurrency, requestsPerMinute, tokensPerMinute }: AddOptions) {
  const limits = { concurrency, requestsPerMinute, tokensPerMinute }
  return Object.values(limits).some((limit) => limit !== undefined) ? limits : undefined
}

function priceOf({ inputPrice: input, outputPrice: output, cachedPrice: cached }: AddOptions) {
  if (input !== undefined && output !== undefined) return { input, output, cached }
  if (input === undefined && output === undefined && cached === undefined) return undefined
  throw new CliError('A price is both --input-price and --output-price.', { exitCode: exitCodes.usage })
}
