import type { Actor } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import { defineReaction } from './reaction.ts'

type Kill = { readonly killAllId: string | null; readonly actor: Actor }
/** The sessions that are being killed and have not given back what they held, and by whom. */
type State = Keyed<Kill>

/**
 * A child that was asked for by a session that is being killed is killed too: it is too late to refuse it, and nobody
 * would look after it.
 */
export const killOrphans = defineReaction({
  name: 'kill-orphans',
  version: 2,
  handles: ['AgentSpawnRequested', 'AgentKillRequested', 'AgentResourcesReleased'],
  initial: {} as State,
  evolve(state, event) {
    const { sessionId } = event.data
    switch (event.type) {
      case 'AgentSpawnRequested':
        return state
      case 'AgentKillRequested':
        return withValue(state, sessionId, { killAllId: event.data.killAllId, actor: event.metadata.actor })
      case 'AgentResourcesReleased':
        return withoutKey(state, sessionId)
    }
  },
  react(state, event) {
    if (event.type !== 'AgentSpawnRequested') return []
    const { sessionId, parentSessionId } = event.data
    const kill = parentSessionId === null ? undefined : valueAt(state, parentSessionId)
    if (!kill) return []
    const { killAllId, actor } = kill
    return [
      {
        to: 'agentSession',
        id: sessionId,
        command: { type: 'KillAgent', reason: null, killAllId, tree: false },
        key: sessionId,
        commandId: uuidv5(`${killAllId ?? 'orphan'}/${sessionId}`),
        actor,
      },
    ]
  },
})
