import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { Configuration } from '../../../configuration.ts'
import type { ModelProvider, ModelProviders } from '../../../model-providers.ts'
import { createAnthropicModel } from './anthropic/anthropic-model.ts'
import { checkAnthropic, checkScripted } from './anthropic/check-model.ts'
import { type Model, ModelFault, type ModelLimits, type ModelRejection } from './contract.ts'

export type ModelSettings = {
  /** Base URL of the scripted model's server, where there is one. */
  readonly scriptedUrl?: string | undefined
  /** What that server is shown. */
  readonly scriptedKey?: string | undefined
  readonly providers: Pick<ModelProviders, 'find' | 'usual' | 'all'>
  /** The model of agents that are spawned without one, where their provider has none of its own. */
  readonly defaultModel: string
  readonly limits: ModelLimits
}

type ChosenModel = { readonly model: string; readonly modelProvider: string }

export type Models = {
  /**
   * Which model it will be and who answers for it: `scripted:NAME`; `PROVIDER:MODEL` or `PROVIDER`, where there is such a
   * provider; else a model of the usual one.
   */
  choose(asked: string | undefined): Promise<Result<ChosenModel, ModelRejection>>
  /** Who answers for a provider. One that is not configured (any more) is waited for like a server that is away. */
  of(modelProvider: string): Model
  defaultModelOf(provider: ModelProvider): string
}

const scripted = 'scripted'
const howToAdd = 'mosaic model add anthropic'

const notConfigured = (message: string) => err({ code: 'MODEL_NOT_CONFIGURED', message, field: 'model' } as const)

export function createModels(settings: ModelSettings): Models {
  const { providers, defaultModel, limits } = settings
  const scriptedModel = scriptedBy(settings)
  const clients = new Map<string, Model>()
  const clientOf = (provider: ModelProvider): Model => {
    if (provider.problem !== null) return missing(provider.problem)
    const { name, baseUrl, apiKey } = provider
    const key = JSON.stringify([name, baseUrl, apiKey])
    const client = clients.get(key) ?? serverOf(provider, limits)
    clients.set(key, client)
    return client
  }
  const defaultModelOf = (provider: ModelProvider) => provider.defaultModel ?? defaultModel
  const chosen = async (answers: Model, choice: ChosenModel) => {
    const refused = await answers.check(choice.model)
    return refused ? err(refused) : ok(choice)
  }

  return {
    defaultModelOf,
    of(modelProvider) {
      if (modelProvider === scripted) return scriptedModel ?? missing('the scripted model is not running')
      const provider = providers.find(modelProvider)
      return provider
        ? clientOf(provider)
        : missing(`the provider ${modelProvider} is not configured (mosaic model add ${modelProvider})`)
    },
    async choose(asked) {
      if (asked?.startsWith(`${scripted}:`)) {
        if (!scriptedModel) return notConfigured('the scripted model is not running')
        return chosen(scriptedModel, { model: asked, modelProvider: scripted })
      }
      const named = asked === undefined ? undefined : namedIn(asked, providers)
      const provider = named?.provider ?? providers.usual()
      if (!provider) return notConfigured(noneIsMeant(providers.all()))
      if (provider.problem !== null) return notConfigured(provider.problem)
      const model = named ? named.model : asked
      return chosen(clientOf(provider), { model: model ?? defaultModelOf(provider), modelProvider: provider.name })
    },
  }
}

/** Names of models have colons too (`llama3:8b`): only a provider that there is counts as one. */
function namedIn(asked: string, providers: Pick<ModelProviders, 'find'>) {
  const [name = '', ...rest] = asked.split(':')
  const provider = /^[a-z][a-z0-9-]{0,63}$/.test(name) ? providers.find(name) : undefined
  return provider && { provider, model: rest.join(':') || undefined }
}

function noneIsMeant(all: readonly ModelProvider[]): string {
  if (all.length > 1) return `which provider is meant? name one: ${all.map(({ name }) => `${name}:MODEL`).join(', ')}`
  return `no model provider is configured: "${howToAdd}" takes an API key, "mosaic model add NAME --url URL" a server of your own; or name a scripted model (scripted:NAME)`
}

/** Waited for as a server is that cannot be reached; whoever brings it back lets it go on. */
const missing = (message: string): Model => ({
  check: async () => undefined,
  reply: async () => {
    throw new ModelFault('SERVER_UNREACHABLE', message)
  },
})

const scriptedBy = ({ scriptedUrl, scriptedKey = scripted, limits }: ModelSettings): Model | undefined =>
  scriptedUrl
    ? createAnthropicModel({
        gateway: 'the scripted model',
        apiKey: scriptedKey,
        baseUrl: scriptedUrl,
        limits,
        check: checkScripted,
      })
    : undefined

/** A server of one's own (Ollama, LiteLLM) may need no key and need not have a list of models. */
export const serverOf = ({ baseUrl, apiKey }: ModelProvider, limits: ModelLimits): Model =>
  createAnthropicModel({
    gateway: baseUrl ? `the gateway at ${new URL(baseUrl).host}` : 'Anthropic',
    apiKey: apiKey ?? 'none',
    baseUrl,
    limits,
    check: baseUrl ? undefined : checkAnthropic(),
  })

export const configuredModels = (config: Configuration, providers: ModelProviders): Models =>
  createModels({
    scriptedUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
    scriptedKey: config.MOSAIC_SERVICE_TOKEN,
    providers,
    defaultModel: config.MOSAIC_MODEL,
    limits: limitsOf(config),
  })

export const limitsOf = (config: Configuration): ModelLimits => ({
  maximumTokens: config.MOSAIC_MODEL_MAX_TOKENS,
  firstByteMs: config.MOSAIC_MODEL_FIRST_BYTE_SECONDS * 1000,
  silenceMs: config.MOSAIC_MODEL_SILENCE_SECONDS * 1000,
  answerMs: config.MOSAIC_MODEL_ANSWER_SECONDS * 1000,
})
