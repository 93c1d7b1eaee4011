import type { ConversationEntry } from '@mosaic/contracts/agent-session'
import type { DraftBlock } from './draft.ts'

type Keyed<Kind extends ConversationEntry['kind']> = Extract<ConversationEntry, { kind: Kind }> & {
  readonly key: string
}

export type MessageEntry = Keyed<'message'>
export type ToolEntry = Keyed<'tool'>
export type NoticeEntry = Keyed<'notice'>

/** A message that is not in the log yet. It has the key that the recorded one will have. */
export type DraftEntry = {
  readonly key: string
  readonly kind: 'draft'
  readonly role: 'agent'
  readonly messageId: string
  readonly turn: number | null
  readonly blocks: DraftBlock[]
}

export type RecordedEntry = MessageEntry | ToolEntry | NoticeEntry
export type Entry = RecordedEntry | DraftEntry

/** One session's conversation as a surface holds it. `order` holds keys; entries keep their identity while they change. */
export type Conversation = {
  order: string[]
  entries: Record<string, Entry>
  /** The highest revision that is reflected here; -1 before the first. */
  revision: number
  /** Whether the log has older entries than the first one here. */
  hasOlder: boolean
}

export const emptyConversation = (): Conversation => ({ order: [], entries: {}, revision: -1, hasOlder: false })

export const messageKey = (messageId: string) => `message:${messageId}`

/** An agent may give a later tool call an earlier one's id, so a call is named by its place; a message keeps its draft's. */
export function keyed(entry: ConversationEntry): RecordedEntry {
  return entry.kind === 'message'
    ? { ...entry, key: messageKey(entry.messageId) }
    : { ...entry, key: `${entry.kind}:${entry.revision}` }
}

export const oldestRevision = ({ order, entries }: Conversation): number | null => {
  const first = order.length > 0 ? entries[order[0]!] : undefined
  return first === undefined || first.kind === 'draft' ? null : first.revision
}
