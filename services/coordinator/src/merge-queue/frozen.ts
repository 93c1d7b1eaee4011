import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { fleetStream, isInScope, type Scoped, scopeWords } from '@mosaic/contracts/fleet'
import { type EventStore, foldStream } from '@mosaic/event-store'
import { fleetStateView } from '@mosaic/views'
import type { KnownQueue } from '../domain/merge-queue/merge-queue.ts'

/** Landings of agents for which the fleet is frozen, and what is said of it. */
export type Frozen = { readonly landingIds: readonly string[]; readonly message: string }

/**
 * What may not land at present: the work of agents that nothing may be begun for, asked of the log itself. An ended agent
 * runs on no worker, so that a freeze of one holds nothing back here.
 */
export async function frozenLandings(
  store: EventStore,
  queue: KnownQueue,
  workspaceId: string,
): Promise<Frozen | null> {
  const { states } = await foldStream(store, fleetStateView, { streamId: fleetStream.of(workspaceId) })
  const scopes = states.flatMap(({ freezes }) => freezes.map(({ scope }) => scope))
  if (scopes.length === 0) return null
  const found = []
  for (const { landingId, sessionId } of Object.values(queue.landings)) {
    const scoped = await scopedOf(store, sessionId)
    const scope = scopes.find((each) => isInScope(each, scoped))
    if (scope) found.push({ landingId, scope })
  }
  const [first] = found
  if (!first) return null
  const words = [...new Set(found.map(({ scope }) => scopeWords(scope)))].join(', ')
  const message = `the fleet is frozen for ${words}: nothing of theirs lands until it is unfrozen (mosaic fleet unfreeze)`
  return { landingIds: found.map(({ landingId }) => landingId), message }
}

/** What its spawn says of it, and of those above it. */
async function scopedOf(store: EventStore, sessionId: string): Promise<Scoped> {
  const scoped = { sessionId, missionId: '', runtime: '', modelProvider: null, workerId: null, ancestors: [] }
  const spawned = await spawnOf(store, sessionId)
  if (!spawned) return scoped
  const { missionId, runtime } = spawned
  const ancestors: string[] = []
  let { parentSessionId } = spawned
  while (parentSessionId !== null && !ancestors.includes(parentSessionId)) {
    ancestors.push(parentSessionId)
    parentSessionId = (await spawnOf(store, parentSessionId))?.parentSessionId ?? null
  }
  return { ...scoped, missionId, runtime: runtime.kind, modelProvider: runtime.modelProvider, ancestors }
}

async function spawnOf(store: EventStore, sessionId: string) {
  for await (const item of store.readStream(agentSessionStream.of(sessionId), { limit: 1 })) {
    if (item.kind === 'event' && item.event.type === 'AgentSpawnRequested') return item.event.data
  }
  return undefined
}
