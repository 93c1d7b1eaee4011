import type { ConversationEntry, SessionTree, SessionView } from '@mosaic/contracts/agent-session'
import { agentSessionEvents, agentSessionStream } from '@mosaic/contracts/agent-session'
import { newId, type Actor, type RecordedEvent } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { emptyConversation, type Conversation } from '../src/conversation/entry.ts'
import { addEvent } from '../src/conversation/merge.ts'
import { sessionChanges } from '../src/fleet/session-changes.ts'
import { newSessionView } from '@mosaic/contracts/agent-session'
import { sessionFact } from '../src/fleet/session-fact.ts'

const system: Actor = { kind: 'system', id: 'orchestrator' }

/** The log and the read models of the make-believe gateway, in memory. Folds with the console's own functions. */
export class Store {
  readonly log: RecordedEvent[] = []
  readonly sessions = new Map<string, SessionView>()
  readonly conversations = new Map<string, Conversation>()
  readonly listeners = new Set<(event: RecordedEvent) => void>()
  readonly liveListeners = new Set<(frame: LiveFrame) => void>()

  append(
    sessionId: string,
    type: keyof typeof agentSessionEvents,
    data: object,
    actor: Actor = system,
    at = Date.now(),
  ) {
    const view = this.sessions.get(sessionId)
    const event: RecordedEvent = {
      id: newId(),
      type,
      streamId: agentSessionStream.of(sessionId),
      revision: (view?.revision ?? -1) + 1,
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
    const fact = sessionFact(event)
    if (!fact) throw new Error(`${type} does not fit its schema: ${JSON.stringify(data)}`)
    this.log.push(event)
    if (fact.type === 'AgentSpawnRequested') this.sessions.set(sessionId, newSessionView(fact))
    else this.sessions.set(sessionId, { ...view!, ...sessionChanges(view!, fact) })
    const conversation = this.conversations.get(sessionId) ?? emptyConversation()
    this.conversations.set(sessionId, conversation)
    addEvent(conversation, event)
    for (const listener of this.listeners) listener(event)
    return event
  }

  say(frame: LiveFrame): void {
    for (const listener of this.liveListeners) listener(frame)
  }

  entries(sessionId: string, before: number, limit: number): { items: ConversationEntry[]; hasMore: boolean } {
    const { order, entries } = this.conversations.get(sessionId) ?? emptyConversation()
    const all = order.flatMap((key) => {
      const entry = entries[key]!
      return entry.kind === 'draft' || entry.revision >= before ? [] : [entry]
    })
    return { items: all.slice(-limit), hasMore: all.length > limit }
  }

  tree(): SessionTree[] {
    const nodes = new Map([...this.sessions].map(([id, view]) => [id, { ...view, children: [] as SessionTree[] }]))
    const roots: SessionTree[] = []
    for (const node of nodes.values()) (nodes.get(node.parentSessionId ?? '')?.children ?? roots).push(node)
    return roots
  }
}
