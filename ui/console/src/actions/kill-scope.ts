import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { isInScope, type KillScope } from '@mosaic/contracts/fleet'

export type ScopeChoice = {
  readonly id: string
  readonly name: string
  readonly scope: KillScope
  readonly hit: number
}

type Session = Pick<
  SessionView,
  'sessionId' | 'parentSessionId' | 'missionId' | 'name' | 'status' | 'runtime' | 'modelProvider'
>

/** Who of these a scope means, of those that live. Who runs them is not known here. */
export function hitBy(scope: KillScope, sessions: readonly Session[]): Session[] {
  const parents = new Map(sessions.map(({ sessionId, parentSessionId }) => [sessionId, parentSessionId]))
  const above = (id: string | null | undefined): string[] => (id ? [id, ...above(parents.get(id))] : [])
  return sessions.filter(
    (session) =>
      !hasEnded(session.status) &&
      isInScope(scope, { ...session, workerId: null, ancestors: above(session.parentSessionId) }),
  )
}

/** The scopes that a kill-all can have now, with how many live agents each would hit. */
export function scopeChoices(sessions: readonly Session[]): ScopeChoice[] {
  const live = sessions.filter(({ status }) => !hasEnded(status))
  const various = <T>(values: readonly T[]): T[] => [...new Set(values)].toSorted()
  const choice = (id: string, name: string, scope: KillScope): ScopeChoice => ({
    id,
    name,
    scope,
    hit: hitBy(scope, sessions).length,
  })
  const runtimes = various(live.map(({ runtime }) => runtime))
  const modelProviders = various(live.flatMap(({ modelProvider }) => modelProvider ?? []))
  // One agent alone is killed in its own panel.
  const missions = [...Map.groupBy(live, ({ missionId }) => missionId).values()].filter(({ length }) => length > 1)
  return [
    choice('all', 'Every agent', { kind: 'all' }),
    ...runtimes.map((runtime) =>
      choice(`runtime-${runtime}`, runtime === 'internal' ? 'Agents that run here' : `Agents that ${runtime} runs`, {
        kind: 'runtime',
        runtime,
      }),
    ),
    ...modelProviders.map((modelProvider) =>
      choice(`model-provider-${modelProvider}`, `Agents on ${modelProvider}`, { kind: 'modelProvider', modelProvider }),
    ),
    ...missions.map((agents) => {
      const { missionId, name } = agents.find(({ parentSessionId }) => parentSessionId === null) ?? agents[0]!
      return choice(`mission-${missionId}`, `The mission of ${name}`, { kind: 'mission', missionId })
    }),
  ]
}
