import type { ConversationEntry } from '@mosaic/contracts/agent-session'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { sessionFact, type SessionFact } from '../fleet/session-fact.ts'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { type Conversation, type DraftEntry, type Entry, keyed, messageKey, noticeKey, toolKey } from './entry.ts'

// These functions change the conversation in place: called inside `produce`, only what changed is drawn again.

/** Entries that the read model answered: the first page, or older ones when the reader scrolls up. */
export function addPage(
  conversation: Conversation,
  page: { items: readonly ConversationEntry[]; hasMore: boolean },
): void {
  const older: string[] = []
  for (const item of page.items) {
    const entry = keyed(item)
    if (conversation.entries[entry.key] === undefined) {
      older.push(entry.key)
      conversation.entries[entry.key] = entry
    }
    conversation.revision = Math.max(conversation.revision, entry.revision)
  }
  conversation.order.unshift(...older)
  conversation.hasOlder = page.hasMore
}

/** An event of the session's stream. The same event twice changes nothing. */
export function addEvent(conversation: Conversation, event: RecordedEvent): void {
  if (event.revision <= conversation.revision) return
  conversation.revision = event.revision
  const fact = sessionFact(event)
  if (fact) addFact(conversation, fact)
}

function addFact(conversation: Conversation, fact: SessionFact): void {
  const { revision, position, metadata } = fact
  const { sessionId } = fact.data
  const { occurredAt } = metadata
  const recorded = { sessionId, revision, position, occurredAt }
  switch (fact.type) {
    case 'MessageRecorded': {
      const { messageId, turn, role, content, usage, stopReason, model } = fact.data
      const key = messageKey(messageId)
      // The model is given the operator's words as a message of its own; they are already shown as the operator's.
      if (conversation.entries[key]?.role === 'operator') return
      put(conversation, {
        ...recorded,
        key,
        kind: 'message',
        messageId,
        turn,
        role,
        content,
        usage,
        stopReason,
        model,
        operator: null,
      })
      return
    }
    case 'OperatorMessageInjected': {
      const { messageId, text, operatorName } = fact.data
      put(conversation, {
        ...recorded,
        key: messageKey(messageId),
        kind: 'message',
        messageId,
        turn: null,
        role: 'operator',
        content: [{ type: 'text', text }],
        usage: null,
        stopReason: null,
        model: null,
        operator: { name: operatorName, deliveredAt: null, deliveredTurn: null },
      })
      return
    }
    case 'OperatorMessageDelivered': {
      const message = conversation.entries[messageKey(fact.data.messageId)]
      if (message?.kind !== 'message' || message.operator === null) return
      message.operator = { ...message.operator, deliveredAt: occurredAt, deliveredTurn: fact.data.turn }
      return
    }
    case 'ToolInvoked': {
      const { toolCallId, turn, name, input } = fact.data
      const unfinished = { output: null, isError: null, durationMs: null, completedAt: null }
      put(conversation, {
        ...recorded,
        ...unfinished,
        key: toolKey(toolCallId),
        kind: 'tool',
        role: 'tool',
        turn,
        toolCallId,
        name,
        input,
      })
      return
    }
    case 'ToolCompleted': {
      const tool = conversation.entries[toolKey(fact.data.toolCallId)]
      if (tool?.kind !== 'tool') return
      const { output, isError, durationMs } = fact.data
      Object.assign(tool, { output, isError, durationMs, completedAt: occurredAt })
      return
    }
    default: {
      if (endings.has(fact.type)) dropDrafts(conversation)
      const { sessionId: _, ...data } = fact.data
      put(conversation, {
        ...recorded,
        key: noticeKey(revision),
        kind: 'notice',
        role: 'system',
        turn: null,
        eventType: fact.type,
        data,
        actorName: metadata.actor.name ?? null,
      })
    }
  }
}

const endings = new Set<SessionFact['type']>(['AgentKilled', 'AgentCompleted', 'AgentFailed', 'AgentPaused'])

/** A frame of what the agent is saying. Frames of a message that is recorded already are late and ignored. */
export function addLive(conversation: Conversation, frame: LiveFrame): void {
  const key = messageKey(frame.messageId)
  const entry = conversation.entries[key]
  if (entry && entry.kind !== 'draft') return
  switch (frame.kind) {
    case 'started':
      if (!entry) startDraft(conversation, frame.messageId, frame.turn)
      return
    case 'delta':
      addDelta(entry ?? startDraft(conversation, frame.messageId, null), frame)
      return
    case 'aborted':
      if (entry) remove(conversation, key)
  }
}

function startDraft(conversation: Conversation, messageId: string, turn: number | null): DraftEntry {
  // An agent says one thing at a time: a draft that never ended belongs to an orchestrator that died.
  dropDrafts(conversation)
  const key = messageKey(messageId)
  put(conversation, { key, kind: 'draft', role: 'agent', messageId, turn, blocks: [] })
  return conversation.entries[key] as DraftEntry
}

function addDelta(draft: DraftEntry, frame: Extract<LiveFrame, { kind: 'delta' }>): void {
  while (draft.blocks.length <= frame.block) draft.blocks.push({ type: 'text', toolName: null, text: '', received: 0 })
  const block = draft.blocks[frame.block]!
  block.type = frame.blockType
  block.toolName = frame.toolName ?? block.toolName
  const missed = frame.offset > block.received
  const fresh = frame.text.slice(Math.max(0, block.received - frame.offset))
  if (fresh === '' && !missed) return
  block.text += missed ? `… ${fresh}` : fresh
  block.received = frame.offset + frame.text.length
}

function dropDrafts(conversation: Conversation): void {
  for (const key of drafts(conversation)) remove(conversation, key)
}

// Drafts stand last: only the tail has to be looked at.
function drafts({ order, entries }: Conversation): string[] {
  const found: string[] = []
  for (let at = order.length - 1; at >= 0 && entries[order[at]!]?.kind === 'draft'; at--) found.push(order[at]!)
  return found
}

function put(conversation: Conversation, entry: Entry): void {
  const known = conversation.entries[entry.key]
  conversation.entries[entry.key] = entry
  if (known === undefined) {
    // What is in the log stands before what is still being said.
    const at = conversation.order.length - (entry.kind === 'draft' ? 0 : drafts(conversation).length)
    conversation.order.splice(at, 0, entry.key)
  }
}

function remove(conversation: Conversation, key: string): void {
  delete conversation.entries[key]
  const at = conversation.order.lastIndexOf(key)
  if (at >= 0) conversation.order.splice(at, 1)
}

/** Forgets the oldest entries of a long conversation; they are loaded again when the reader scrolls up. */
export function trim(conversation: Conversation, most: number): void {
  const excess = conversation.order.length - most
  if (excess <= 0) return
  for (const key of conversation.order.splice(0, excess)) delete conversation.entries[key]
  conversation.hasOlder = true
}

export const oldestRevision = ({ order, entries }: Conversation): number | null => {
  const first = order.length > 0 ? entries[order[0]!] : undefined
  return first === undefined || first.kind === 'draft' ? null : first.revision
}
