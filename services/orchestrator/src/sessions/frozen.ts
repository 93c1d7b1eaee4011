import { isInScope, type KillScope } from '@mosaic/contracts/fleet'
import { type EventStore, load } from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import type { Roster, RosterEntry } from './roster.ts'
import { scopedOf } from './scoped.ts'

/** The scopes in which nothing is begun at present, asked of the log itself. */
export async function frozenScopes(store: EventStore, workspaceId: string): Promise<readonly KillScope[]> {
  const { fleet: aggregate } = aggregates
  return (await load(store, { aggregate, streamId: aggregate.streamOf(workspaceId) })).state.frozen
}

/** Whether sessions in line may not begin with this worker, each workspace being asked once. */
export function freezes(
  store: EventStore,
  { roster, workerId }: { readonly roster: Pick<Roster, 'get'>; readonly workerId: string },
): (entry: RosterEntry) => Promise<boolean> {
  const asked = new Map<string, Promise<readonly KillScope[]>>()
  return async (entry) => {
    const { workspaceId } = entry
    const scopes = asked.get(workspaceId) ?? frozenScopes(store, workspaceId)
    asked.set(workspaceId, scopes)
    const begun = { ...scopedOf(roster, entry), workerId }
    return (await scopes).some((scope) => isInScope(scope, begun))
  }
}
