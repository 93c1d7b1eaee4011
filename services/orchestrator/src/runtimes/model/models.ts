import { isDeepStrictEqual } from 'node:util'
import type { AgentType, ModelChoice } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { ModelDialect } from '@mosaic/contracts/credential'
import type { Configuration } from '../../configuration.ts'
import type { ModelProvider, ModelProviders } from '../../model-providers.ts'
import type { ModelAddress } from './address.ts'
import { type Model, ModelFault, type ModelLimits, type ModelRejection } from './contract.ts'
import { entered, unlimited } from './limits/entered.ts'
import { limitedModel } from './limits/limited-model.ts'
import { ProviderLimit } from './limits/provider-limit.ts'
import { shareOf } from './limits/share-of.ts'
import { type ModelRoute, modelsNamed } from './routes.ts'
import { addressOf, scriptedServer, serverOf } from './server-of.ts'

export type ModelSettings = {
  /** Base URL of the scripted model's server, where there is one. */
  readonly scriptedUrl?: string | undefined
  /** What that server is shown. */
  readonly scriptedKey?: string | undefined
  readonly providers: Pick<ModelProviders, 'find' | 'usual' | 'all'>
  /** The model of agents that are spawned without one, where their provider speaks Anthropic's dialect and has none of its own. */
  readonly defaultModel: string
  readonly limits: ModelLimits
  readonly routes: readonly ModelRoute[]
  /** How many orchestrators there are, this one with them: they share the limits of providers. */
  readonly orchestrators: () => number
}

type Chosen = ModelChoice & { readonly fallbacks?: ModelChoice[] }

export type Models = {
  /**
   * Which model it will be and who answers for it: `scripted:NAME`; `PROVIDER:MODEL` or `PROVIDER`, where there is such a
   * provider; else a model of the usual one. With commas several, and a route's name for all of its models. An agent that
   * asks for none gets those of the route for its type, where there is one.
   */
  choose(asked: string | undefined, agentType: AgentType): Promise<Result<Chosen, ModelRejection>>
  /** Who answers for a provider. One that is not configured (any more) is waited for like a server that is away. */
  of(modelProvider: string): Model
  /**
   * Where a provider's models are asked in its own dialect, or in that one by whom all are spoken; a text says why they
   * cannot be.
   */
  addressOf(modelProvider: string, dialect: ModelDialect): ModelAddress | string
  /** `undefined`: an agent must say which model it wants. */
  defaultModelOf(provider: ModelProvider): string | undefined
}

const scripted = 'scripted'
const howToAdd = 'mosaic model add anthropic'

const notConfigured = (message: string) => err({ code: 'MODEL_NOT_CONFIGURED', message, field: 'model' } as const)

export function createModels(settings: ModelSettings): Models {
  const { providers, defaultModel, limits } = settings
  const scriptedModel = scriptedBy(settings)
  const clients = new Map<string, Model>()
  /** Kept by name: a provider that is added anew, with other limits, has the same calls under way. */
  const providerLimits = new Map<string, ProviderLimit>()
  const limitOf = ({ name }: ModelProvider): ProviderLimit => {
    const limit = providerLimits.get(name) ?? new ProviderLimit(name)
    providerLimits.set(name, limit)
    return limit
  }
  const clientOf = (provider: ModelProvider): Model => {
    if (provider.problem !== null) return missing(provider.problem)
    const key = JSON.stringify(provider)
    const client = clients.get(key) ?? serverOf(provider, limits)
    clients.set(key, client)
    if (!provider.limits) return client
    return limitedModel(client, limitOf(provider), shareOf(provider.limits, settings.orchestrators()))
  }
  const defaultModelOf = (provider: ModelProvider) =>
    provider.defaultModel ?? (provider.dialect === 'anthropic' ? defaultModel : undefined)
  const chosen = async (answers: Model, choice: ModelChoice) => {
    const refused = await answers.check(choice.model)
    return refused ? err(refused) : ok(choice)
  }

  const chooseOne = async (asked: string | undefined): Promise<Result<ModelChoice, ModelRejection>> => {
    if (asked?.startsWith(`${scripted}:`)) {
      if (!scriptedModel) return notConfigured('the scripted model is not running')
      return chosen(scriptedModel, { model: asked, modelProvider: scripted })
    }
    const named = asked === undefined ? undefined : namedIn(asked, providers)
    const provider = named?.provider ?? providers.usual()
    if (!provider) return notConfigured(noneIsMeant(providers.all()))
    if (provider.problem !== null) return notConfigured(provider.problem)
    const model = (named ? named.model : asked) ?? defaultModelOf(provider)
    if (model === undefined) return notConfigured(noModelIsMeant(provider.name))
    return chosen(clientOf(provider), { model, modelProvider: provider.name })
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
    addressOf(modelProvider, dialect) {
      const { scriptedUrl: baseUrl, scriptedKey: apiKey = scripted } = settings
      if (modelProvider === scripted) {
        if (!baseUrl) return 'the scripted model is not running'
        return addressOf({ dialect, apiKey, baseUrl }, limits, async () => unlimited)
      }
      const provider = providers.find(modelProvider)
      if (!provider) return `the provider ${modelProvider} is not configured (mosaic model add ${modelProvider})`
      const { limits: most } = provider
      const enter = async (signal: AbortSignal) =>
        most ? entered(limitOf(provider), shareOf(most, settings.orchestrators()), signal) : unlimited
      return provider.problem ?? addressOf(provider, limits, enter)
    },
    async choose(asked, agentType) {
      const choices: ModelChoice[] = []
      for (const name of modelsNamed(asked, agentType, settings.routes)) {
        const choice = await chooseOne(name)
        if (!choice.ok) return choice
        const isNew = choices.every((one) => !isDeepStrictEqual(one, choice.value))
        if (isNew) choices.push(choice.value)
      }
      const [first, ...fallbacks] = choices
      if (!first) return notConfigured(noneIsMeant(providers.all()))
      return ok(fallbacks.length > 0 ? { ...first, fallbacks } : first)
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

export const noModelIsMeant = (provider: string) =>
  `which model of ${provider} is meant? name it: ${provider}:MODEL; or "mosaic model add ${provider} --model MODEL" gives it a usual one`

/** Waited for as a server is that cannot be reached; whoever brings it back lets it go on. */
const missing = (message: string): Model => ({
  check: async () => undefined,
  reply: async () => {
    throw new ModelFault('SERVER_UNREACHABLE', message)
  },
})

const scriptedBy = ({ scriptedUrl, scriptedKey = scripted, limits }: ModelSettings): Model | undefined =>
  scriptedUrl ? scriptedServer(scriptedUrl, scriptedKey, limits) : undefined

export const configuredModels = (
  config: Configuration,
  providers: ModelProviders,
  orchestrators: () => number,
): Models =>
  createModels({
    scriptedUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
    scriptedKey: config.MOSAIC_SCRIPTED_MODEL_KEY ?? config.MOSAIC_SERVICE_TOKEN,
    providers,
    defaultModel: config.MOSAIC_MODEL,
    limits: limitsOf(config),
    routes: config.MOSAIC_MODEL_ROUTES ?? [],
    orchestrators,
  })

const limitsOf = (config: Configuration): ModelLimits => ({
  maximumTokens: config.MOSAIC_MODEL_MAX_TOKENS,
  firstByteMs: config.MOSAIC_MODEL_FIRST_BYTE_SECONDS * 1000,
  silenceMs: config.MOSAIC_MODEL_SILENCE_SECONDS * 1000,
  answerMs: config.MOSAIC_MODEL_ANSWER_SECONDS * 1000,
})
