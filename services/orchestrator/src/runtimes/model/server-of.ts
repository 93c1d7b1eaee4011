import type { ModelDialect } from '@mosaic/contracts/credential'
import type { ModelProvider } from '../../model-providers.ts'
import { type ModelAddress, modelAddress } from './address.ts'
import { anthropic } from './anthropic/index.ts'
import type { Model, ModelLimits } from './contract.ts'
import { gemini } from './gemini/index.ts'
import { checkKnown, checkScripted } from './http/check-model.ts'
import type { Dialect } from './http/dialect.ts'
import { createHttpModel } from './http/http-model.ts'
import { ollama } from './ollama/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiResponses } from './openai-responses/index.ts'

const dialects: Readonly<Record<ModelDialect, Dialect>> = {
  anthropic,
  openai: openaiChat,
  'openai-responses': openaiResponses,
  ollama,
  gemini,
}

/** Who is asked in a dialect where no address is given. */
export const makerOf = (dialect: ModelDialect) => dialects[dialect].maker

/** A server of one's own may need no key, and need not have a list of models. */
export function serverOf(provider: ModelProvider, instanceLimits: ModelLimits): Model {
  const { dialect: name, baseUrl, apiKey, contextTokens, maximumTokens = instanceLimits.maximumTokens } = provider
  const dialect = dialects[name]
  const gateway = gatewayOf(provider)
  const knowsModels = baseUrl === undefined || dialect.alwaysKnowsModels
  return createHttpModel(dialect, {
    gateway,
    apiKey,
    baseUrl,
    limits: { ...instanceLimits, maximumTokens },
    contextTokens,
    check: knowsModels ? checkKnown(gateway) : undefined,
  })
}

/** Where a provider's models are, for who speaks its dialect. */
export const addressOf = (
  provider: Pick<ModelProvider, 'dialect' | 'apiKey' | 'baseUrl'>,
  limits: ModelLimits,
  enter: ModelAddress['enter'],
): ModelAddress => {
  const { dialect, apiKey, baseUrl } = provider
  return modelAddress(dialect, {
    dialect: dialects[dialect],
    gateway: gatewayOf(provider),
    apiKey,
    baseUrl,
    limits,
    enter,
  })
}

const gatewayOf = ({ dialect, baseUrl }: Pick<ModelProvider, 'dialect' | 'baseUrl'>) =>
  baseUrl ? `the gateway at ${new URL(baseUrl).host}` : dialects[dialect].maker.name

/** The scripted model's server, which speaks Anthropic's dialect to sessions that name a scenario. */
export const scriptedServer = (baseUrl: string, apiKey: string, limits: ModelLimits): Model =>
  createHttpModel(anthropic, { gateway: 'the scripted model', apiKey, baseUrl, limits, check: checkScripted })
