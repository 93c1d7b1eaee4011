import type { LiveSession } from '../../domain/agent-session/index.ts'
import { runtimeAsked } from './asked.ts'
import type { Model } from './model/contract.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

/** Who answers a session's model calls. @throws SessionFailure when nobody does (any more) */
export function modelOf({ deps }: Run, { spec }: LiveSession): Model {
  const { modelProvider } = runtimeAsked(spec)
  const model = deps.modelOf(modelProvider)
  if (model) return model
  throw new SessionFailure('MODEL_UNREACHABLE', `the provider ${modelProvider} is not configured`)
}
