import { isInScope, isSameScope, type KillScope, type Scoped } from '@mosaic/contracts/fleet'
import type { Actor } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { entriesOf, type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import { defineReaction, type ReactionCommand } from './reaction.ts'

type Ended = 'AgentCompleted' | 'AgentFailed' | 'AgentKilled'

/** A session that has not ended, and the kill-all whose kill has reached it. */
type Live = Scoped & {
  readonly workspaceId: string
  readonly killAllId: string | null
}
type Freeze = {
  readonly scope: KillScope
  readonly reason: string | null
  readonly killAllId: string | null
  readonly actor: Actor
}
type Open = {
  readonly requestedAt: string
  /** Those that it hit and that have not ended. */
  readonly waitingFor: readonly string[]
  readonly killed: readonly string[]
}
type State = {
  readonly live: Keyed<Live>
  /** By workspace. */
  readonly frozen: Readonly<Record<string, readonly Freeze[]>>
  readonly open: Readonly<Record<string, Open>>
}

/**
 * A kill-all kills each session in its scope whose spawn stands before it in the log, and is complete when the last of
 * them has ended. A session whose spawn stands behind a freeze was decided at the same moment, and is killed as well.
 */
export const killAll = defineReaction({
  name: 'kill-all',
  version: 4,
  handles: [
    'AgentSpawnRequested',
    'SessionClaimed',
    'AgentKillRequested',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
    'FleetFrozen',
    'FleetUnfrozen',
    'KillAllRequested',
  ],
  initial: { live: {}, frozen: {}, open: {} } as State,
  evolve(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const session = liveOf(state, event)
        return withLive(state, session, freezeOf(state, session))
      }
      case 'SessionClaimed': {
        const session = claimedBy(state, event)
        return session ? withLive(state, session, freezeOfWorker(state, event)) : state
      }
      case 'AgentKillRequested': {
        const { sessionId, killAllId } = event.data
        const known = valueAt(state.live, sessionId)
        if (!known) return state
        return {
          ...state,
          live: withValue(state.live, sessionId, { ...known, killAllId: known.killAllId ?? killAllId }),
        }
      }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled': {
        const live = withoutKey(state.live, event.data.sessionId)
        return { ...state, live, open: stillOpen(afterEnd(state, event)) }
      }
      case 'FleetFrozen': {
        const { workspaceId, actor } = event.metadata
        const others = (state.frozen[workspaceId] ?? []).filter(({ scope }) => !isSameScope(scope, event.data.scope))
        return { ...state, frozen: { ...state.frozen, [workspaceId]: [...others, { ...event.data, actor }] } }
      }
      case 'FleetUnfrozen': {
        const { [event.metadata.workspaceId]: _, ...frozen } = state.frozen
        return { ...state, frozen }
      }
      case 'KillAllRequested':
        return { ...state, open: stillOpen({ ...state.open, [event.data.killAllId]: opened(state, event) }) }
    }
  },
  react(state, event) {
    switch (event.type) {
      case 'AgentKillRequested':
      case 'FleetFrozen':
      case 'FleetUnfrozen':
        return []
      case 'AgentSpawnRequested': {
        const freeze = freezeOf(state, liveOf(state, event))
        return freeze ? [kill(event.data.sessionId, freeze)] : []
      }
      case 'SessionClaimed': {
        const freeze = freezeOfWorker(state, event)
        return freeze ? [kill(event.data.sessionId, freeze)] : []
      }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return completions(afterEnd(state, event), event)
      case 'KillAllRequested': {
        const open = opened(state, event)
        const { killAllId, reason } = event.data
        const { actor, occurredAt } = event.metadata
        const kills = open.waitingFor.map((id) => ({ ...kill(id, { killAllId, reason, actor }), occurredAt }))
        return [...kills, ...completions({ [killAllId]: open }, event)]
      }
    }
  },
})

function liveOf({ live }: State, { data, metadata }: EventOf<'AgentSpawnRequested'>): Live {
  const { sessionId, missionId, parentSessionId, runtime } = data
  const above = parentSessionId === null ? [] : [parentSessionId, ...(valueAt(live, parentSessionId)?.ancestors ?? [])]
  return {
    sessionId,
    missionId,
    runtime: runtime.kind,
    modelProvider: runtime.modelProvider,
    workerId: null,
    ancestors: above,
    workspaceId: metadata.workspaceId,
    killAllId: null,
  }
}

const claimedBy = ({ live }: State, { data }: EventOf<'SessionClaimed'>): Live | undefined => {
  const known = valueAt(live, data.sessionId)
  return known && { ...known, workerId: data.ownerId }
}

/** The kill-all that a freeze began with waits also for whom it finds behind it. */
function withLive(state: State, session: Live, freeze: Freeze | undefined): State {
  const { sessionId } = session
  const open = waitingAlsoFor(state, freeze?.killAllId, sessionId)
  return { ...state, live: withValue(state.live, sessionId, session), open }
}

const freezeOf = ({ frozen }: State, session: Live): Freeze | undefined =>
  frozen[session.workspaceId]?.find(({ scope }) => isInScope(scope, session))

/** Who runs a session is known with its first claim; a later one takes over what had begun elsewhere. */
function freezeOfWorker(state: State, event: EventOf<'SessionClaimed'>): Freeze | undefined {
  const session = event.data.epoch === 1 ? claimedBy(state, event) : undefined
  const freezes = session ? (state.frozen[session.workspaceId] ?? []) : []
  return session && freezes.find(({ scope }) => scope.kind === 'worker' && isInScope(scope, session))
}

/** Kill-alls of old logs came without a freeze: those hit whom they name. */
function opened({ live, frozen }: State, { data, metadata }: EventOf<'KillAllRequested'>): Open {
  const isFrozen = frozen[metadata.workspaceId]?.some(({ killAllId }) => killAllId === data.killAllId)
  const isHit = (id: string, session: Live) =>
    isFrozen
      ? session.workspaceId === metadata.workspaceId && isInScope(data.scope, session)
      : data.sessionIds.includes(id)
  const waitingFor = entriesOf(live).flatMap(([id, session]) => (isHit(id, session) ? [id] : []))
  return { requestedAt: metadata.occurredAt, waitingFor, killed: [] }
}

function waitingAlsoFor({ open }: State, killAllId: string | null | undefined, sessionId: string): State['open'] {
  const each = killAllId ? open[killAllId] : undefined
  return each ? { ...open, [killAllId!]: { ...each, waitingFor: [...each.waitingFor, sessionId] } } : open
}

/** The kill-alls with the end of a session in them; one that waits for nobody any more is still there. */
function afterEnd({ live, open }: State, { type, data: { sessionId } }: EventOf<Ended>): State['open'] {
  const killedBy = type === 'AgentKilled' ? valueAt(live, sessionId)?.killAllId : undefined
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
const kill = (
  sessionId: string,
  { killAllId, reason, actor }: Pick<Freeze, 'killAllId' | 'reason' | 'actor'>,
): ReactionCommand => ({
  to: 'agentSession',
  id: sessionId,
  command: { type: 'KillAgent', reason, killAllId, tree: false },
  key: sessionId,
  ...(killAllId && { commandId: uuidv5(`${killAllId}/${sessionId}`) }),
  actor,
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
