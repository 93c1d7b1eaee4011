import {
  agentSessionStream,
  agentSessionEvents,
  type ConversationEntry,
  type SessionTree,
  type SessionView,
} from '@mosaic/contracts/agent-session'
import { type Actor, foldEvent, isHandled, newId, type RecordedEvent, type View } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import {
  conversationView,
  dashboardOf,
  numbersView,
  type SessionNumbers,
  sessionEventOf,
  sessionView,
} from '@mosaic/views'

const system: Actor = { kind: 'system', id: 'orchestrator' }

/** The log and the read models of the make-believe gateway, in memory; folded as the real ones are. */
export class Store {
  readonly log: RecordedEvent[] = []
  readonly sessions = new Map<string, SessionView>()
  readonly #numbers = new Map<string, SessionNumbers>()
  /** Every entry by its place; under a reference the newest one that carries it. */
  readonly #entries = new Map<string, ConversationEntry>()
  readonly #newest = new Map<string, ConversationEntry>()
  readonly listeners = new Set<(event: RecordedEvent) => void>()
  readonly liveListeners = new Set<(frame: LiveFrame) => void>()

  append(
    sessionId: string,
    type: keyof typeof agentSessionEvents,
    data: object,
    actor: Actor = system,
    at = Date.now(),
  ) {
    const event: RecordedEvent = {
      id: newId(),
      type,
      streamId: agentSessionStream.of(sessionId),
      revision: (this.sessions.get(sessionId)?.revision ?? -1) + 1,
      position: String(10_000 + this.log.length),
      data: { sessionId, ...data },
      metadata: {
        $correlationId: sessionId,
        $causationId: sessionId,
        commandId: newId(),
        workspaceId: 'default',
        actor,
        occurredAt: new Date(at).toISOString(),
        schemaVersion: agentSessionEvents[type].version,
        instanceId: 'development',
      },
    }
    const fact = sessionEventOf(event)
    if (!fact) throw new Error(`${type} does not fit its schema: ${JSON.stringify(data)}`)
    this.log.push(event)
    foldInto(this.sessions, sessionView, fact)
    foldInto(this.#numbers, numbersView, fact)
    const entry = foldInto(this.#newest, conversationView, fact)
    if (entry) this.#entries.set(`${sessionId} ${entry.revision}`, entry)
    for (const listener of this.listeners) listener(event)
    return event
  }

  say(frame: LiveFrame): void {
    for (const listener of this.liveListeners) listener(frame)
  }

  entries(sessionId: string, before: number, limit: number): { items: ConversationEntry[]; hasMore: boolean } {
    const all = [...this.#entries.values()].filter((entry) => entry.sessionId === sessionId && entry.revision < before)
    return { items: all.slice(-limit), hasMore: all.length > limit }
  }

  dashboard(position: string) {
    return dashboardOf([...this.#numbers.values()], position)
  }

  tree(): SessionTree[] {
    const nodes = new Map([...this.sessions].map(([id, view]) => [id, { ...view, children: [] as SessionTree[] }]))
    const roots: SessionTree[] = []
    for (const node of nodes.values()) (nodes.get(node.parentSessionId ?? '')?.children ?? roots).push(node)
    return roots
  }
}

function foldInto<State, Event extends { readonly type: string }>(
  states: Map<string, State>,
  view: View<State, Event>,
  fact: { readonly type: string },
): State | undefined {
  if (!isHandled(view, fact)) return undefined
  const key = view.keyOf(fact).join(' ')
  const state = foldEvent(view, states.get(key), fact)
  if (state !== undefined) states.set(key, state)
  return state
}
