import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { defineProjection, type NoTables, type ProjectedEvent, upsertRows } from '@mosaic/postgres'
import type { Transaction } from 'kysely'
import { entries } from './migrations/001-entries.ts'
import { auditedTypes, previewOf } from './preview.ts'
import { type AuditRow, type AuditTables, entryColumns, sessionColumns, type SessionNameRow } from './tables.ts'

/**
 * What operators did: an entry per event whose actor is an operator, and per change that passed unseen because one of them
 * had wanted it so. Entries are added and never touched again.
 */
export const operatorAuditProjection = defineProjection({
  name: 'operator-audit',
  version: 5,
  categories: [
    'agentSession',
    'agentProviders',
    'task',
    'mission',
    'queue',
    'budget',
    'mergeQueue',
    'pullRequest',
    'worker',
    'fleet',
    'repository',
    'secretRules',
    'approvalPolicy',
    'workspace',
    'operator',
    'operatorLayout',
    'projection',
    'credentials',
  ],
  scope: 'workspace',
  handles: auditedTypes,
  migrations: [entries],
  tables: {
    entries: { key: ['position'], appendOnly: true },
    sessions: { key: ['session_id'], appendOnly: true },
  },
  async apply(transaction, events) {
    const spawned = namesIn(events)
    const sessions = { table: 'sessions', columns: sessionColumns, key: ['session_id'], onConflict: 'nothing' } as const
    await upsertRows(transaction, sessions, spawned)
    const acted = events.filter(({ type, metadata }) => metadata.actor.kind === 'operator' || isAuditedAlways(type))
    const names = await namesOf(transaction, acted, spawned)
    const target = { table: 'entries', columns: entryColumns, key: ['position'], onConflict: 'nothing' } as const
    await upsertRows(
      transaction,
      target,
      acted.map((event) => rowOf(event, names)),
    )
  },
})

const isAuditedAlways = (type: ProjectedEvent['type']) =>
  type === 'QualityGatesSkipped' || type === 'LandingGatesSkipped'

function namesIn(events: readonly ProjectedEvent[]): SessionNameRow[] {
  const names = new Map<string, SessionNameRow>()
  for (const { type, data, metadata } of events) {
    if (type !== 'AgentSpawnRequested' || names.has(data.sessionId)) continue
    names.set(data.sessionId, { session_id: data.sessionId, workspace_id: metadata.workspaceId, name: data.name })
  }
  return [...names.values()]
}

/** Facts of a session's stream are about that session; a task's assignment is an entry of the task. */
function sessionIdOf(event: ProjectedEvent): string | null {
  return agentSessionStream.idOf(event.streamId) !== null && 'sessionId' in event.data ? event.data.sessionId : null
}

async function namesOf(
  transaction: Transaction<NoTables>,
  events: readonly ProjectedEvent[],
  spawned: readonly SessionNameRow[],
): Promise<Map<string, string>> {
  const names = new Map(spawned.map((row) => [row.session_id, row.name]))
  const missing = [...new Set(events.map(sessionIdOf))].filter((id) => id !== null && !names.has(id)) as string[]
  if (missing.length === 0) return names
  const rows = await transaction
    .$extendTables<AuditTables>()
    .selectFrom('sessions')
    .select(['session_id', 'name'])
    .where('session_id', 'in', missing)
    .execute()
  for (const row of rows) names.set(row.session_id, row.name)
  return names
}

function rowOf(event: ProjectedEvent, names: ReadonlyMap<string, string>): AuditRow {
  const { workspaceId, occurredAt } = event.metadata
  // Whoever wrote it down, it is what that person has said.
  const actor = (event.type === 'QualityGatesSkipped' ? event.data.saidBy : null) ?? event.metadata.actor
  const sessionId = sessionIdOf(event)
  return {
    position: event.position,
    event_id: event.id,
    workspace_id: workspaceId,
    occurred_at: occurredAt,
    operator_id: actor.id,
    operator_name: actor.name ?? actor.id,
    action: event.type,
    stream_id: event.streamId,
    revision: event.revision,
    session_id: sessionId,
    session_name: sessionId === null ? null : (names.get(sessionId) ?? null),
    preview: previewOf(event),
  }
}
