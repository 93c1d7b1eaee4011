import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { createAnthropicModel } from './anthropic/anthropic-model.ts'
import { checkAnthropic, checkScripted } from './anthropic/check-model.ts'
import type { Configuration } from '../../../configuration.ts'
import type { Model, ModelLimits, ModelRejection } from './contract.ts'

export type ModelSettings = {
  /** Base URL of the scripted model's server, where there is one. */
  readonly scriptedUrl?: string | undefined
  /** What that server is shown. */
  readonly scriptedKey?: string | undefined
  readonly anthropicKey?: string | undefined
  readonly anthropicUrl?: string | undefined
  /** The model of agents that are spawned without one, where Anthropic is configured. */
  readonly defaultModel: string
  readonly limits: ModelLimits
}

type ChosenModel = { readonly model: string; readonly modelProvider: string }

export type Models = {
  /** Which model it will be and who answers for it. */
  choose(model: string | undefined): Promise<Result<ChosenModel, ModelRejection>>
  /** Who answers for a provider; `undefined` when it is not configured (any more). */
  of(modelProvider: string): Model | undefined
}

const scriptedPrefix = 'scripted:'

const notConfigured = (message: string) => err({ code: 'MODEL_NOT_CONFIGURED', message, field: 'model' } as const)

export function createModels(settings: ModelSettings): Models {
  const { scriptedUrl, scriptedKey = 'scripted', anthropicKey, anthropicUrl, defaultModel, limits } = settings
  const scripted = scriptedUrl
    ? createAnthropicModel({
        gateway: 'the scripted model',
        apiKey: scriptedKey,
        baseUrl: scriptedUrl,
        limits,
        check: checkScripted,
      })
    : undefined
  // A gateway of one's own (Ollama, LiteLLM) may need no key and need not have a list of models.
  const anthropic =
    anthropicKey || anthropicUrl
      ? createAnthropicModel({
          gateway: anthropicUrl ? `the gateway at ${new URL(anthropicUrl).host}` : 'Anthropic',
          apiKey: anthropicKey ?? 'none',
          baseUrl: anthropicUrl,
          limits,
          check: anthropicUrl ? undefined : checkAnthropic(),
        })
      : undefined
  const chosen = async (answers: Model, { model, modelProvider }: ChosenModel) => {
    const refused = await answers.check(model)
    return refused ? err(refused) : ok({ model, modelProvider })
  }

  return {
    of: (modelProvider) => (modelProvider === 'scripted' ? scripted : anthropic),
    async choose(asked) {
      const model = asked ?? (anthropic ? defaultModel : undefined)
      if (model?.startsWith(scriptedPrefix)) {
        if (!scripted) return notConfigured('the scripted model is not running')
        return chosen(scripted, { model, modelProvider: 'scripted' })
      }
      if (model && anthropic) return chosen(anthropic, { model, modelProvider: 'anthropic' })
      return notConfigured(
        'no model provider is configured: set ANTHROPIC_API_KEY, or name a scripted model (scripted:NAME)',
      )
    },
  }
}

export const configuredModels = (config: Configuration): Models =>
  createModels({
    scriptedUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
    scriptedKey: config.MOSAIC_SERVICE_TOKEN,
    anthropicKey: config.ANTHROPIC_API_KEY,
    anthropicUrl: config.ANTHROPIC_BASE_URL,
    defaultModel: config.MOSAIC_MODEL,
    limits: {
      maximumTokens: config.MOSAIC_MODEL_MAX_TOKENS,
      firstByteMs: config.MOSAIC_MODEL_FIRST_BYTE_SECONDS * 1000,
      silenceMs: config.MOSAIC_MODEL_SILENCE_SECONDS * 1000,
      answerMs: config.MOSAIC_MODEL_ANSWER_SECONDS * 1000,
    },
  })
