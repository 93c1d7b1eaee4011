import { agentProviderKind, agentProviderKinds } from '@mosaic/contracts/agent-provider'
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
  'sessionId' | 'parentSessionId' | 'missionId' | 'name' | 'status' | 'runtime' | 'modelProvider' | 'agent' | 'provider'
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

const various = <T>(values: readonly T[]): T[] => [...new Set(values)].toSorted()

/** What a runtime runs, as people call it, with whose it is. */
function wordsOf(runtime: string, sessions: readonly Session[]): string {
  const named = (what: string, names: readonly (string | null | undefined)[]) => {
    const known = various(names.filter((name) => typeof name === 'string'))
    return known.length > 0 ? `${what} (${known.join(', ')})` : what
  }
  if (runtime === 'internal') return "Mosaic's own agents"
  if (runtime === 'pty') return 'Terminals'
  const agents = sessions.map(({ agent }) => agent)
  if (runtime === 'acp') return named('Agents of other makers', agents)
  const kind = agentProviderKind.safeParse(runtime)
  if (!kind.success) return `Agents that ${runtime} runs`
  const providers = sessions.map(({ provider }) => provider?.name)
  return named(`Agents at an ${agentProviderKinds[kind.data].title}`, providers)
}

/** The scopes that a kill-all can have now, with how many live agents each would hit. */
export function scopeChoices(sessions: readonly Session[]): ScopeChoice[] {
  const live = sessions.filter(({ status }) => !hasEnded(status))
  const choice = (id: string, name: string, scope: KillScope): ScopeChoice => ({
    id,
    name,
    scope,
    hit: hitBy(scope, sessions).length,
  })
  const runtimes = Map.groupBy(
    live.toSorted((a, b) => a.runtime.localeCompare(b.runtime)),
    ({ runtime }) => runtime,
  )
  const modelProviders = various(live.flatMap(({ modelProvider }) => modelProvider ?? []))
  // One agent alone is killed in its own panel.
  const missions = [...Map.groupBy(live, ({ missionId }) => missionId).values()].filter(({ length }) => length > 1)
  return [
    choice('all', 'Every agent', { kind: 'all' }),
    ...[...runtimes].map(([runtime, agents]) =>
      choice(`runtime-${runtime}`, wordsOf(runtime, agents), { kind: 'runtime', runtime }),
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
