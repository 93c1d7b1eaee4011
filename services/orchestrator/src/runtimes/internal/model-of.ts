import type { ModelChoice } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { runtimeAsked } from './asked.ts'
import { modelNow, type Run } from '../worktree/index.ts'
import { type Model, observed } from '../model/index.ts'

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
