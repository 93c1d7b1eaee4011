import type { ConversationEntry } from '@mosaic/contracts/agent-session'

export type EntryRow = {
  session_id: string
  /** int8: a string when read. */
  revision: string | number
  workspace_id: string
  reference: string | null
  entry: ConversationEntry
}

export type ConversationTables = { entries: EntryRow }

export const entryColumns = {
  session_id: 'uuid',
  revision: 'bigint',
  workspace_id: 'text',
  reference: 'text',
  entry: 'jsonb',
} as const satisfies Record<keyof EntryRow, string>
