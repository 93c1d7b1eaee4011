import type { z } from 'zod'
import { brokenRule } from '../api/conversation-rules.ts'
import { ApiError } from '../api/errors.ts'
import type { CountTokensRequest } from '../api/request.ts'
import { UnknownScenarioError, loadScenario } from '../scenario/load.ts'
import type { Scenario } from '../scenario/schema.ts'
import { ScenarioError } from '../scenario/validate.ts'

/** A body of the API's shape that keeps its rules. Throws {@link ApiError} 400 with the field, as the API words it. */
export function readRequest<Schema extends z.ZodType<CountTokensRequest>>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const request = parseBody(schema, body)
  const broken = brokenRule(request)
  if (broken !== undefined) throw new ApiError(400, { message: broken })
  return request
}

/** A body of a schema's shape. Throws {@link ApiError} 400 with the field. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'invalid body' }
  throw new ApiError(400, { message: path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message })
}

/** The scenario that a model name means. Throws {@link ApiError} 404 when there is none, 400 when it cannot be played. */
export async function scenarioOf(model: string): Promise<Scenario> {
  try {
    return await loadScenario(model)
  } catch (error) {
    if (error instanceof UnknownScenarioError) throw new ApiError(404, { message: `model: ${error.message}` })
    if (error instanceof ScenarioError) throw new ApiError(400, { message: error.message })
    throw error
  }
}
