import { isInScope, type KillScope } from '@mosaic/contracts/fleet'
import { type EventStore, load } from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import type { Spec } from '../domain/agent-session/index.ts'
import type { RosterEntry } from './roster.ts'

/** The scopes in which nothing is begun at present, asked of the log itself. */
export async function frozenScopes(store: EventStore, workspaceId: string): Promise<readonly KillScope[]> {
  const { fleet: aggregate } = aggregates
  return (await load(store, { aggregate, streamId: aggregate.streamOf(workspaceId) })).state.frozen
}

export const frozenFor = (scopes: readonly KillScope[], { kind, modelProvider }: Spec['runtime']) =>
  scopes.find((scope) => isInScope(scope, { runtime: kind, modelProvider }))

/** Whether sessions may not begin, each workspace being asked once. */
export function freezes(store: EventStore): (entry: RosterEntry) => Promise<boolean> {
  const asked = new Map<string, Promise<readonly KillScope[]>>()
  return async ({ workspaceId, summary: { runtime, modelProvider } }) => {
    const scopes = asked.get(workspaceId) ?? frozenScopes(store, workspaceId)
    asked.set(workspaceId, scopes)
    return (await scopes).some((scope) => isInScope(scope, { runtime, modelProvider }))
  }
}
