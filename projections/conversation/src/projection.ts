import type { ConversationEntry } from '@mosaic/contracts/agent-session'
import { foldProjection } from '@mosaic/postgres'
import { conversationView, withOrigin } from '@mosaic/views'
import { entries } from './migrations/001-entries.ts'
import { entryColumns, type EntryRow } from './tables.ts'

/** Everything that was said and done in a session, an entry per fact, paged by revision. */
export const conversationProjection = foldProjection(
  withOrigin(conversationView, (event) => event.metadata.workspaceId),
  {
    name: 'conversation',
    version: 7,
    categories: ['agentSession'],
    scope: 'workspace',
    migrations: [entries],
    table: 'entries',
    columns: entryColumns,
    key: ['session_id', 'revision'],
    lookUp: ['session_id', 'reference'],
    rowOf: ({ state: entry, origin }): EntryRow => ({
      session_id: entry.sessionId,
      revision: entry.revision,
      workspace_id: origin,
      reference: referenceOf(entry),
      entry,
    }),
    stateOf: (row: EntryRow) => ({ state: row.entry, origin: row.workspace_id }),
  },
)

/** The id by which a later fact finds the entry that it completes. */
function referenceOf(entry: ConversationEntry): string | null {
  if (entry.kind === 'notice') return null
  return entry.kind === 'message' ? entry.messageId : entry.toolCallId
}
