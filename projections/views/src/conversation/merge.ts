import type { ConversationEntry } from '@mosaic/contracts/agent-session'
import { foldEvent, type RecordedEvent } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { sessionEventOf } from '../session/recorded.ts'
import type { SessionEvent } from '../session/session.ts'
import {
  type Conversation,
  type DraftEntry,
  type Entry,
  keyed,
  messageKey,
  type RecordedEntry,
} from './conversation.ts'
import { addDelta, type Delta, emptyBlock } from './draft.ts'
import { completes, conversationView, referenceOf } from './entry.ts'

// These functions change the conversation in place, so that a surface draws again only what has changed.

/** Entries that the read model answered: the first page, or older ones when the reader scrolls up. */
export function addPage(
  conversation: Conversation,
  page: { readonly items: readonly ConversationEntry[]; readonly hasMore: boolean },
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
export function addEvent(conversation: Conversation, recorded: RecordedEvent): void {
  if (recorded.revision <= conversation.revision) return
  conversation.revision = recorded.revision
  const event = sessionEventOf(recorded)
  if (event) fold(conversation, event)
}

function fold(conversation: Conversation, event: SessionEvent): void {
  const begun = conversationView.beginsAnew?.(event) ? undefined : entryOf(conversation, event)
  const entry = foldEvent(conversationView, begun, event)
  if (!entry) return
  if (begun) Object.assign(begun, entry)
  // What it completes may be among the older entries; those come as the read model has them.
  else if (!completes(event) || !conversation.hasOlder) put(conversation, keyed(entry))
  if (endings.has(event.type)) dropDrafts(conversation)
}

/** The newest entry here that carries the event's message or tool call. */
function entryOf({ order, entries }: Conversation, event: SessionEvent): RecordedEntry | undefined {
  const reference = referenceOf(event)
  for (let at = order.length - 1; at >= 0; at--) {
    const entry = entries[order[at]!]
    if (entry?.kind === 'message' && entry.messageId === reference) return entry
    if (entry?.kind === 'tool' && entry.toolCallId === reference) return entry
  }
  return undefined
}

const endings = new Set<SessionEvent['type']>(['AgentKilled', 'AgentCompleted', 'AgentFailed', 'AgentPaused'])

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
      addToDraft(entry ?? startDraft(conversation, frame.messageId, null), frame)
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

function addToDraft({ blocks }: DraftEntry, frame: Delta): void {
  while (blocks.length <= frame.block) blocks.push({ ...emptyBlock })
  const block = blocks[frame.block]!
  Object.assign(block, addDelta(block, frame))
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

/**
 * Forgets the oldest entries of a long conversation; they are loaded again when the reader scrolls up. A tenth too many are
 * kept until then: to forget one moves all others, which takes as long as to forget them together.
 */
export function trim(conversation: Conversation, most: number): void {
  const excess = conversation.order.length - most
  if (excess <= most / 10) return
  for (const key of conversation.order.splice(0, excess)) delete conversation.entries[key]
  conversation.hasOlder = true
}
