import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import type { KillScope } from '@mosaic/contracts/fleet'

export type ScopeChoice = {
  readonly id: string
  readonly name: string
  readonly scope: KillScope
  readonly hit: number
}

type Scoped = Pick<SessionView, 'status' | 'taskSource' | 'provider'>

const inScope = (scope: KillScope, session: Scoped): boolean =>
  scope.kind === 'all' ||
  (scope.kind === 'internal' ? session.taskSource === 'internal' : session.provider === scope.provider)

/** The scopes that a kill-all can have now, with how many live agents each would hit. */
export function scopeChoices(sessions: readonly Scoped[]): ScopeChoice[] {
  const live = sessions.filter(({ status }) => !hasEnded(status))
  const providers = [...new Set(live.map(({ provider }) => provider))].toSorted()
  const choice = (id: string, name: string, scope: KillScope): ScopeChoice => ({
    id,
    name,
    scope,
    hit: live.filter((session) => inScope(scope, session)).length,
  })
  return [
    choice('all', 'Every agent', { kind: 'all' }),
    choice('internal', 'Agents on internal tasks', { kind: 'internal' }),
    ...providers.map((provider) =>
      choice(`provider-${provider}`, `Agents of ${provider}`, { kind: 'provider', provider }),
    ),
  ]
}
