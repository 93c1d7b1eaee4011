import { type ConversationEntry, conversationEntry } from '@mosaic/contracts/agent-session'
import { checkpointOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { conversationProjection } from './projection.ts'
import type { ConversationTables } from './tables.ts'

export type ConversationPage = {
  /** Entries above this revision, the oldest of them first; */
  readonly afterRevision?: number | undefined
  /** or entries below this one, the nearest to it. With neither: the newest. */
  readonly beforeRevision?: number | undefined
  readonly limit: number
}

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(conversationProjection.name)

/** A page of a session's conversation, always oldest first. `hasMore`: there are more entries in the direction asked for. */
export async function findConversation(
  transaction: WorkspaceTransaction,
  sessionId: string,
  page: ConversationPage,
  schema: string = live,
): Promise<{ items: ConversationEntry[]; hasMore: boolean; position: string }> {
  const { afterRevision, beforeRevision, limit } = page
  const forwards = afterRevision !== undefined
  const position = await checkpointOf(transaction, schema)
  const rows = await transaction
    .withSchema(schema)
    .$extendTables<ConversationTables>()
    .selectFrom('entries')
    .select('entry')
    .where('session_id', '=', sessionId)
    .$if(forwards, (query) => query.where('revision', '>', afterRevision!))
    .$if(beforeRevision !== undefined, (query) => query.where('revision', '<', beforeRevision!))
    .orderBy('revision', forwards ? 'asc' : 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  if (!forwards) shown.reverse()
  return { items: shown.map((row) => conversationEntry.parse(row.entry)), hasMore: rows.length > limit, position }
}
