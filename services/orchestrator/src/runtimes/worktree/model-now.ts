import type { ModelChoice } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { SessionFailure } from './session-failure.ts'

/** Which model a session asks now. */
export function modelNow({ spec, modelNow: changed }: Pick<LiveSession, 'spec' | 'modelNow'>): ModelChoice {
  if (changed) return changed
  const { modelProvider, model } = spec.runtime
  if (modelProvider !== null && model !== null) return { modelProvider, model }
  throw new SessionFailure('INTERNAL', 'the session is to be run without a model')
}
