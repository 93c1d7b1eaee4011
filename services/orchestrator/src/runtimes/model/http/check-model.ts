import type { ModelRejection } from '../contract.ts'
import { HttpError } from './faults.ts'

/** Asks a server about a model: an answer that it has it, or what is thrown. */
type LookUp = (model: string, signal: AbortSignal) => Promise<unknown>
/** Why a model cannot be had, `undefined` when it can or when nobody answers. */
export type CheckModel = (lookUp: LookUp, model: string) => Promise<ModelRejection | undefined>

const checkMs = 3000

const refuse = (code: ModelRejection['code'], message: string): ModelRejection => ({ code, message, field: 'model' })

/** What the server says against the model. A server that is away is the session's problem. */
async function objectionOf(lookUp: LookUp, model: string): Promise<HttpError | undefined> {
  try {
    await lookUp(model, AbortSignal.timeout(checkMs))
    return undefined
  } catch (error) {
    return error instanceof HttpError ? error : undefined
  }
}

/** A scenario that cannot be played is refused here, with line and reason. */
export const checkScripted: CheckModel = async (lookUp, model) => {
  const objection = await objectionOf(lookUp, model)
  if (objection?.status === 404) return refuse('MODEL_UNKNOWN', objection.said)
  if (objection?.status === 400) return refuse('SCENARIO_INVALID', objection.said)
  return undefined
}

/** A server need not be asked twice about a model that it knows. @param gateway Who is asked, as people know it. */
export function checkKnown(gateway: string): CheckModel {
  const known = new Set<string>()
  return async (lookUp, model) => {
    const objection = known.has(model) ? undefined : await objectionOf(lookUp, model)
    if (objection?.status === 404) return refuse('MODEL_UNKNOWN', `${gateway} knows no model ${model}`)
    known.add(model)
    return undefined
  }
}
