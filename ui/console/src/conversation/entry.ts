import type { ContentBlock, ConversationEntry } from '@mosaic/contracts/agent-session'

type Recorded<Kind extends ConversationEntry['kind']> = Extract<ConversationEntry, { kind: Kind }> & {
  readonly key: string
}

export type ToolEntry = Recorded<'tool'>
export type NoticeEntry = Recorded<'notice'>
export type MessageEntry = Recorded<'message'>

/** What an agent is saying right now: a message that is not in the log yet. It has the key that the recorded one will have. */
export type DraftEntry = {
  readonly key: string
  kind: 'draft'
  role: 'agent'
  messageId: string
  turn: number | null
  blocks: DraftBlock[]
}

export type DraftBlock = {
  type: ContentBlock['type']
  toolName: string | null
  text: string
  /** How much of the block has been sent, whether it was seen here or not. */
  received: number
}

export type Entry = MessageEntry | ToolEntry | NoticeEntry | DraftEntry

/** One session's conversation in this page. `order` holds keys; entries keep their identity while they change. */
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
export const toolKey = (toolCallId: string) => `tool:${toolCallId}`
export const noticeKey = (revision: number) => `notice:${revision}`

export function keyed(entry: ConversationEntry): MessageEntry | ToolEntry | NoticeEntry {
  switch (entry.kind) {
    case 'message':
      return { ...entry, key: messageKey(entry.messageId) }
    case 'tool':
      return { ...entry, key: toolKey(entry.toolCallId) }
    case 'notice':
      return { ...entry, key: noticeKey(entry.revision) }
  }
}
