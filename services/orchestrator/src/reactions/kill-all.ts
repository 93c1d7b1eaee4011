import { uuidv5 } from '@mosaic/event-store'
import { defineReaction, type EventOf, type ReactionCommand } from './reaction.ts'

type Ended = 'AgentCompleted' | 'AgentFailed' | 'AgentKilled'

type Open = {
  readonly requestedAt: string
  /** Those of the request that have not ended. */
  readonly waitingFor: readonly string[]
  readonly killed: readonly string[]
}
type State = {
  /** Sessions that have not ended, with the kill-all whose kill has reached them. */
  readonly live: Readonly<Record<string, { readonly killAllId: string | null }>>
  readonly open: Readonly<Record<string, Open>>
}

/** A kill-all kills each of its sessions, and is complete when the last of them has ended. */
export const killAll = defineReaction({
  name: 'kill-all',
  version: 1,
  handles: [
    'AgentSpawnRequested',
    'AgentKillRequested',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
    'KillAllRequested',
  ],
  initial: { live: {}, open: {} } as State,
  evolve(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested':
        return { ...state, live: { ...state.live, [event.data.sessionId]: { killAllId: null } } }
      case 'AgentKillRequested': {
        const { sessionId, killAllId } = event.data
        return sessionId in state.live ? { ...state, live: { ...state.live, [sessionId]: { killAllId } } } : state
      }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled': {
        const { [event.data.sessionId]: _, ...live } = state.live
        return { live, open: stillOpen(afterEnd(state, event)) }
      }
      case 'KillAllRequested':
        return { ...state, open: stillOpen({ ...state.open, [event.data.killAllId]: opened(state, event) }) }
    }
  },
  react(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested':
      case 'AgentKillRequested':
        return []
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return completions(afterEnd(state, event), event)
      case 'KillAllRequested': {
        const open = opened(state, event)
        const kills = open.waitingFor.map((sessionId) => kill(sessionId, event))
        return [...kills, ...completions({ [event.data.killAllId]: open }, event)]
      }
    }
  },
})

const opened = ({ live }: State, { data, metadata }: EventOf<'KillAllRequested'>): Open => ({
  requestedAt: metadata.occurredAt,
  waitingFor: data.sessionIds.filter((id) => id in live),
  killed: [],
})

/** The kill-alls with the end of a session in them; one that waits for nobody any more is still there. */
function afterEnd({ live, open }: State, { type, data: { sessionId } }: EventOf<Ended>): State['open'] {
  const killedBy = type === 'AgentKilled' ? live[sessionId]?.killAllId : undefined
  const ended = ([killAllId, each]: [string, Open]): [string, Open] => {
    if (!each.waitingFor.includes(sessionId)) return [killAllId, each]
    const waitingFor = each.waitingFor.filter((id) => id !== sessionId)
    return [
      killAllId,
      { ...each, waitingFor, killed: killedBy === killAllId ? [...each.killed, sessionId] : each.killed },
    ]
  }
  return Object.fromEntries(Object.entries(open).map(ended))
}

const stillOpen = (open: State['open']): State['open'] =>
  Object.fromEntries(Object.entries(open).filter(([, { waitingFor }]) => waitingFor.length > 0))

/** It is the person's kill: the receipts say so. */
const kill = (sessionId: string, { data, metadata }: EventOf<'KillAllRequested'>): ReactionCommand => ({
  to: 'agentSession',
  id: sessionId,
  command: { type: 'KillAgent', reason: data.reason, killAllId: data.killAllId },
  key: sessionId,
  commandId: uuidv5(`${data.killAllId}/${sessionId}`),
  actor: metadata.actor,
})

const completions = (open: State['open'], { metadata }: EventOf<Ended | 'KillAllRequested'>): ReactionCommand[] =>
  Object.entries(open).flatMap(([killAllId, { requestedAt, waitingFor, killed }]) =>
    waitingFor.length > 0
      ? []
      : [
          {
            to: 'fleet',
            id: metadata.workspaceId,
            command: {
              type: 'CompleteKillAll',
              killAllId,
              killed,
              durationMs: Math.max(0, Date.parse(metadata.occurredAt) - Date.parse(requestedAt)),
            },
            key: killAllId,
            commandId: uuidv5(`${killAllId}/completed`),
          },
        ],
  )
