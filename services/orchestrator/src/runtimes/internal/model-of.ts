import type { ModelChoice } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { runtimeAsked } from './asked.ts'
import type { Model } from './model/contract.ts'
import { observed } from './model/observed.ts'
import type { Run } from './run.ts'

/** Which model a session asks now. */
export function modelNow({ spec, modelNow: changed }: Pick<LiveSession, 'spec' | 'modelNow'>): ModelChoice {
  if (changed) return changed
  const { modelProvider, model } = runtimeAsked(spec)
  return { modelProvider, model }
}

/** Which it asks where that one cannot be had; `undefined` once all of them were asked in vain. */
export function modelNext(session: Pick<LiveSession, 'spec' | 'modelNow' | 'modelChanges'>): ModelChoice | undefined {
  const { modelProvider, model, fallbacks = [] } = runtimeAsked(session.spec)
  if (session.modelChanges >= fallbacks.length) return undefined
  const all = [{ modelProvider, model }, ...fallbacks]
  const now = modelNow(session)
  const at = all.findIndex((one) => one.modelProvider === now.modelProvider && one.model === now.model)
  return all[(at + 1) % all.length]
}

/** Who answers a session's model calls. */
export function modelOf({ deps }: Run, session: LiveSession): Model {
  const { modelProvider } = modelNow(session)
  return observed(modelProvider, deps.modelOf(modelProvider))
}
