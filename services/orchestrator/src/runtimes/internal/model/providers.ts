import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'

export type ModelSettings = {
  /** Base URL of the scripted model's server, where there is one. */
  readonly scriptedUrl?: string | undefined
  readonly anthropicKey?: string | undefined
  readonly anthropicUrl?: string | undefined
  /** The model of agents that are spawned without one, where Anthropic is configured. */
  readonly defaultModel: string
}

export type ModelRejection = Rejection<'MODEL_UNKNOWN' | 'MODEL_NOT_CONFIGURED' | 'SCENARIO_INVALID'>
export type ChosenModel = { readonly model: string; readonly modelProvider: string }

export type Models = {
  /** Which model it will be and who answers for it. Asks the provider whether there is such a model, where it can say. */
  choose(model: string | undefined): Promise<Result<ChosenModel, ModelRejection>>
  /** The client for a provider; `undefined` when it is not configured (any more). */
  client(modelProvider: string): Anthropic | undefined
}

const scriptedPrefix = 'scripted:'
const checkMs = 3000

const refuse = (code: ModelRejection['code'], message: string) => err({ code, message, field: 'model' })

export function createModels(settings: ModelSettings): Models {
  const { scriptedUrl, anthropicKey, anthropicUrl, defaultModel } = settings
  const scripted = scriptedUrl ? newClient('scripted', scriptedUrl) : undefined
  // A gateway of one's own (Ollama, LiteLLM) may need no key.
  const anthropic = anthropicKey || anthropicUrl ? newClient(anthropicKey ?? 'none', anthropicUrl) : undefined

  /** Anthropic need not be asked twice about a model that it knows. */
  const known = new Set<string>()

  const client = (modelProvider: string) => (modelProvider === 'scripted' ? scripted : anthropic)

  return {
    client,
    async choose(asked) {
      const model = asked ?? (anthropic ? defaultModel : undefined)
      if (model?.startsWith(scriptedPrefix)) {
        if (!scripted) return refuse('MODEL_NOT_CONFIGURED', 'the scripted model is not running')
        return (await checkScripted(scripted, model)) ?? ok({ model, modelProvider: 'scripted' })
      }
      if (!model || !anthropic) {
        return refuse(
          'MODEL_NOT_CONFIGURED',
          'no model provider is configured: set ANTHROPIC_API_KEY, or name a scripted model (scripted:NAME)',
        )
      }
      // Gateways need not have a list of models, so only Anthropic's own answer counts.
      const refused = anthropicUrl || known.has(model) ? undefined : await checkAnthropic(anthropic, model)
      if (!refused) known.add(model)
      return refused ?? ok({ model, modelProvider: 'anthropic' })
    },
  }
}

const newClient = (apiKey: string, baseURL: string | undefined) =>
  new Anthropic({ apiKey, authToken: null, baseURL: baseURL ?? null, maxRetries: 0, logLevel: 'off' })

const ask = (client: Anthropic, model: string) =>
  client.models.retrieve(model, undefined, { timeout: checkMs, signal: AbortSignal.timeout(checkMs) })

/** A scenario that cannot be played is refused here, with line and reason; a server that is away is the session's problem. */
async function checkScripted(client: Anthropic, model: string) {
  try {
    await ask(client, model)
    return undefined
  } catch (error) {
    if (!(error instanceof APIError)) throw error
    if (error.status === 404) return refuse('MODEL_UNKNOWN', error.apiMessage ?? `there is no model ${model}`)
    if (error.status === 400) return refuse('SCENARIO_INVALID', error.apiMessage ?? 'the scenario cannot be played')
    return undefined
  }
}

async function checkAnthropic(client: Anthropic, model: string) {
  try {
    await ask(client, model)
    return undefined
  } catch (error) {
    if (!(error instanceof APIError)) throw error
    return error.status === 404 ? refuse('MODEL_UNKNOWN', `Anthropic knows no model ${model}`) : undefined
  }
}
