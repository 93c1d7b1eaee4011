import { defineProjection, type NoTables, upsertRows } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { sessions } from './migrations/001-sessions.ts'
import { counted, type CountedEvent, evolve, requested } from './numbers.ts'
import { numberColumns, type SessionNumbers } from './tables.ts'

/** The numbers above the panels: sessions by status, tokens, cost, commits, latencies. */
export const dashboardProjection = defineProjection({
  name: 'dashboard',
  version: 1,
  categories: ['agentSession'],
  handles: counted,
  migrations: [sessions],
  tables: { sessions: { key: ['session_id'] } },
  async apply(transaction, events) {
    const known = await load(transaction, events)
    for (const event of events) fold(known, event)
    const target = { table: 'sessions', columns: numberColumns, key: ['session_id'], onConflict: 'update' } as const
    await upsertRows(transaction, target, [...known.values()])
  },
})

function fold(known: Map<string, SessionNumbers>, event: CountedEvent): void {
  const { sessionId } = event.data
  const session = known.get(sessionId)
  if (session) {
    if (event.revision > session.revision) known.set(sessionId, evolve(session, event))
  } else if (event.type === 'AgentSpawnRequested') {
    known.set(sessionId, requested(event))
  } else {
    throw new Error(`${event.type} of session ${sessionId}, which nobody asked for`)
  }
}

async function load(
  transaction: Transaction<NoTables>,
  events: readonly CountedEvent[],
): Promise<Map<string, SessionNumbers>> {
  const ids = [...new Set(events.map((event) => event.data.sessionId))]
  // As JSON, because there numbers are numbers and moments are text.
  const { rows } = await sql<{ row: SessionNumbers }>`
    select to_jsonb(sessions) as row from sessions where session_id = any (${ids}::uuid[])`.execute(transaction)
  return new Map(rows.map(({ row }) => [row.session_id, row]))
}
