import { type Anthropic, APIError } from '@anthropic-ai/sdk'
import type { ModelRejection } from '../contract.ts'

/** Asks a server about a model: why it cannot be had, `undefined` when it can or when nobody answers. */
export type CheckModel = (client: Anthropic, model: string) => Promise<ModelRejection | undefined>

const checkMs = 3000

const refuse = (code: ModelRejection['code'], message: string): ModelRejection => ({ code, message, field: 'model' })

/** What the server says against the model. A server that is away is the session's problem. */
async function objectionOf(client: Anthropic, model: string): Promise<APIError | undefined> {
  try {
    await client.models.retrieve(model, undefined, { timeout: checkMs, signal: AbortSignal.timeout(checkMs) })
    return undefined
  } catch (error) {
    if (error instanceof APIError) return error
    throw error
  }
}

/** A scenario that cannot be played is refused here, with line and reason. */
export const checkScripted: CheckModel = async (client, model) => {
  const objection = await objectionOf(client, model)
  const said = objection?.apiMessage
  if (objection?.status === 404) return refuse('MODEL_UNKNOWN', said ?? `there is no model ${model}`)
  if (objection?.status === 400) return refuse('SCENARIO_INVALID', said ?? 'the scenario cannot be played')
  return undefined
}

/** Anthropic need not be asked twice about a model that it knows. */
export function checkAnthropic(): CheckModel {
  const known = new Set<string>()
  return async (client, model) => {
    const objection = known.has(model) ? undefined : await objectionOf(client, model)
    if (objection?.status === 404) return refuse('MODEL_UNKNOWN', `Anthropic knows no model ${model}`)
    known.add(model)
    return undefined
  }
}
