import { agentSessionStream, type SessionStatus } from '@mosaic/contracts/agent-session'
import type { EventStore } from '@mosaic/event-store'

/** How a session has ended, once all that it has committed is where others find it. `undefined`: it was not waited for. */
export async function endOf(
  store: Pick<EventStore, 'subscribeAll'>,
  sessionId: string,
  signal: AbortSignal,
): Promise<SessionStatus | 'terminated' | 'ended' | undefined> {
  let ended: SessionStatus | 'terminated' | undefined
  const filter = { streamPrefixes: [agentSessionStream.of(sessionId)] }
  for await (const item of store.subscribeAll({ after: null, filter, signal })) {
    if (item.kind !== 'event') continue
    const { type, data } = item.event
    if (type === 'AgentCompleted') ended = data.outcome === 'finished' ? 'completed' : 'terminated'
    if (type === 'AgentFailed') ended = 'failed'
    if (type === 'AgentKilled') ended = 'killed'
    // Only then all that it has committed is where others find it.
    if (type === 'AgentResourcesReleased') return ended ?? 'ended'
  }
  return undefined
}
