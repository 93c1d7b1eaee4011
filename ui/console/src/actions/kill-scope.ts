import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { isInScope, type KillScope } from '@mosaic/contracts/fleet'

export type ScopeChoice = {
  readonly id: string
  readonly name: string
  readonly scope: KillScope
  readonly hit: number
}

type Scoped = Pick<SessionView, 'status' | 'runtime' | 'modelProvider'>

export const isHit = (scope: KillScope, session: Scoped): boolean =>
  !hasEnded(session.status) && isInScope(scope, session)

/** The scopes that a kill-all can have now, with how many live agents each would hit. */
export function scopeChoices(sessions: readonly Scoped[]): ScopeChoice[] {
  const live = sessions.filter(({ status }) => !hasEnded(status))
  const modelProviders = [...new Set(live.flatMap(({ modelProvider }) => modelProvider ?? []))].toSorted()
  const choice = (id: string, name: string, scope: KillScope): ScopeChoice => ({
    id,
    name,
    scope,
    hit: sessions.filter((session) => isHit(scope, session)).length,
  })
  return [
    choice('all', 'Every agent', { kind: 'all' }),
    choice('internal', 'Agents that run here', { kind: 'internal' }),
    ...modelProviders.map((modelProvider) =>
      choice(`model-provider-${modelProvider}`, `Agents on ${modelProvider}`, {
        kind: 'model-provider',
        modelProvider,
      }),
    ),
  ]
}
