import type { RawRecord } from '@mosaic/contracts/kernel'
import { sql } from 'kysely'
import { form } from './own-tables.ts'
import type { WorkspaceTransaction } from './workspace.ts'

/** A row of a generation's `parked` table: an event as the log holds it, and why it was parked, where it is the cause. */
export type ParkedRow = {
  position: string
  event_id: string
  event_type: string
  stream_id: string
  revision: number | string
  workspace_id: string | null
  content_type: string
  error: string | null
  payload: { data: unknown; metadata: unknown }
}

/** The event of a row, for parsing it again. */
export const parkedRecordOf = (row: ParkedRow): RawRecord => ({
  id: row.event_id,
  type: row.event_type,
  streamId: row.stream_id,
  revision: Number(row.revision),
  position: row.position,
  preparePosition: row.position,
  contentType: row.content_type,
  data: row.payload.data,
  metadata: row.payload.metadata,
})

/**
 * Of what a generation has parked of some streams, as far as the reader may see it, in the log's order: each stream's
 * cause, and what waits behind it of the given types. A generation that an earlier program made tells of none.
 */
export async function readParkedBehind(
  transaction: WorkspaceTransaction,
  schema: string,
  { streamIds, types }: { readonly streamIds: readonly string[]; readonly types: readonly string[] },
): Promise<RawRecord[]> {
  const { rows: made } = await sql<{ form: string | null }>`
    select to_jsonb(c) ->> 'form' as form from ${sql.id(schema, 'checkpoint')} c`.execute(transaction)
  if (made[0]?.form !== String(form)) return []
  const { rows } = await sql<ParkedRow>`
    select * from ${sql.id(schema, 'parked')} where stream_id = any (${streamIds}::text[])
      and (error is not null or event_type = any (${types}::text[]))
    order by position`.execute(transaction)
  return rows.map(parkedRecordOf)
}
