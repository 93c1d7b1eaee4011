import type { Actor } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import type { CommandOf } from '../domain/agent-session/index.ts'
import { entriesOf, type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import { defineReaction, type ReactionCommand } from './reaction.ts'

type Terminate = { readonly note: string | null; readonly actor: Actor }
type Node = {
  readonly parent: string | null
  readonly isAlive: boolean
  /** It is to end after its step, with all below it. */
  readonly terminate: Terminate | null
}
/** The sessions that live, and the ended ones above them. */
type State = Keyed<Node>
type End = EventOf<'AgentCompleted' | 'AgentFailed' | 'AgentKilled'>

/**
 * Whoever is ended with its tree ends all that live below it, as the log has it at the request. Those ask for the same
 * of theirs, and so reach who was spawned in between; who is spawned behind a kill is an orphan (`killOrphans`), behind
 * a termination it is terminated here.
 */
export const endTrees = defineReaction({
  name: 'end-trees',
  version: 2,
  handles: [
    'AgentSpawnRequested',
    'AgentTerminateRequested',
    'AgentKillRequested',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
  ],
  initial: {} as State,
  evolve(state, event) {
    const { sessionId } = event.data
    switch (event.type) {
      case 'AgentSpawnRequested':
        return withValue(state, sessionId, { parent: event.data.parentSessionId, isAlive: true, terminate: null })
      case 'AgentTerminateRequested': {
        const node = valueAt(state, sessionId)
        if (!node || !event.data.tree) return state
        const terminate = { note: event.data.note, actor: event.metadata.actor }
        return withValue(state, sessionId, { ...node, terminate })
      }
      case 'AgentKillRequested':
        return state
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return afterEnd(state, event)
    }
  },
  react(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const parent = valueAt(state, event.data.parentSessionId ?? '')
        if (!parent?.isAlive || !parent.terminate) return []
        const { note, actor } = parent.terminate
        return [end(event, event.data.sessionId, { command: { type: 'TerminateAgent', note, tree: true }, actor })]
      }
      case 'AgentTerminateRequested': {
        const { sessionId, note, tree } = event.data
        const command = { type: 'TerminateAgent', note, tree } as const
        return tree ? endBelow(state, event, { command, sessionId }) : []
      }
      case 'AgentKillRequested': {
        const { sessionId, reason, killAllId, tree } = event.data
        const command = { type: 'KillAgent', reason, killAllId, tree } as const
        return tree ? endBelow(state, event, { command, sessionId }) : []
      }
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return []
    }
  },
})

type Ends = CommandOf<'KillAgent' | 'TerminateAgent'>
type Cause = EventOf<'AgentSpawnRequested' | 'AgentTerminateRequested' | 'AgentKillRequested'>

const endBelow = (state: State, cause: Cause, { command, sessionId }: { command: Ends; sessionId: string }) =>
  livingBelow(state, sessionId).map((id) => end(cause, id, { command, actor: cause.metadata.actor }))

/** The request itself asks for the same by these ids: each happens once. */
function end({ metadata }: Cause, id: string, { command, actor }: { command: Ends; actor: Actor }): ReactionCommand {
  const commandId = uuidv5(`${metadata.commandId}/tree/${id}`)
  return { to: 'agentSession', id, command, key: id, commandId, actor, occurredAt: metadata.occurredAt }
}

function livingBelow(state: State, sessionId: string): string[] {
  const below = entriesOf(state).filter(([, { parent }]) => parent === sessionId)
  return below.flatMap(([id, { isAlive }]) => [...(isAlive ? [id] : []), ...livingBelow(state, id)])
}

/** An ended session is kept for as long as somebody lives below it. */
function afterEnd(state: State, { data: { sessionId } }: End): State {
  const node = valueAt(state, sessionId)
  return node ? pruned(withValue(state, sessionId, { ...node, isAlive: false }), sessionId) : state
}

function pruned(state: State, sessionId: string): State {
  const node = valueAt(state, sessionId)
  if (!node || node.isAlive || entriesOf(state).some(([, { parent }]) => parent === sessionId)) return state
  const others = withoutKey(state, sessionId)
  return node.parent === null ? others : pruned(others, node.parent)
}
