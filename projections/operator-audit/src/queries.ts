import { type AuditEntry, auditEntry } from '@mosaic/contracts/operator'
import { checkpointOf, pageOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { operatorAuditProjection } from './projection.ts'
import type { AuditTables } from './tables.ts'

export type AuditFilter = {
  readonly operatorId?: string | undefined
  /** An event type. */
  readonly action?: string | undefined
  readonly sessionId?: string | undefined
  /** Moments, ISO 8601: `since` is in the answer, `until` is not. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly limit: number
  /** `nextCursor` of the page before: a commit position. */
  readonly cursor?: string | undefined
}

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(operatorAuditProjection.name)

/** One page of what operators did, newest first. */
export async function findAudit(
  transaction: WorkspaceTransaction,
  filter: AuditFilter,
  schema: string = live,
): Promise<{ items: AuditEntry[]; nextCursor: string | null; position: string }> {
  const { operatorId, action, sessionId, since, until, limit, cursor } = filter
  const position = await checkpointOf(transaction, schema)
  const rows = await transaction
    .withSchema(schema)
    .$extendTables<AuditTables>()
    .selectFrom('entries')
    .selectAll()
    .$if(operatorId !== undefined, (query) => query.where('operator_id', '=', operatorId!))
    .$if(action !== undefined, (query) => query.where('action', '=', action!))
    .$if(sessionId !== undefined, (query) => query.where('session_id', '=', sessionId!))
    .$if(since !== undefined, (query) => query.where('occurred_at', '>=', since!))
    .$if(until !== undefined, (query) => query.where('occurred_at', '<', until!))
    .$if(cursor !== undefined, (query) => query.where('position', '<', cursor!))
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute()
  const { shown, nextCursor } = pageOf(rows, limit, (row) => row.position)
  const items = shown.map((row) =>
    auditEntry.parse({
      eventId: row.event_id,
      position: row.position,
      occurredAt: new Date(row.occurred_at).toISOString(),
      operatorId: row.operator_id,
      operatorName: row.operator_name,
      action: row.action,
      streamId: row.stream_id,
      revision: Number(row.revision),
      sessionId: row.session_id,
      sessionName: row.session_name,
      preview: row.preview,
    }),
  )
  return { items, nextCursor, position }
}
