import {
  newSessionView,
  agentSessionEvents,
  type AgentSessionEventType,
  type SessionView,
} from '@mosaic/contracts/agent-session'
import { defineProjection, type NoTables, upsertRows } from '@mosaic/postgres'
import type { Transaction } from 'kysely'
import { sessions } from './migrations/001-sessions.ts'
import { evolve, type SessionEvent } from './session.ts'
import { sessionColumns, type SessionRow, type SessionTreeTables } from './tables.ts'

type Known = { view: SessionView; requestedPosition: string }

/** Every session with its place in the tree: roster, panel headers, `agent show`. */
export const sessionTreeProjection = defineProjection({
  name: 'session-tree',
  version: 2,
  categories: ['agentSession'],
  handles: Object.keys(agentSessionEvents) as AgentSessionEventType[],
  migrations: [sessions],
  tables: { sessions: { key: ['session_id'] } },
  async apply(transaction, events) {
    const known = await load(transaction, events)
    for (const event of events) fold(known, event)
    const target = { table: 'sessions', columns: sessionColumns, key: ['session_id'], onConflict: 'update' } as const
    await upsertRows(transaction, target, [...known.values()].map(rowOf))
  },
})

async function load(transaction: Transaction<NoTables>, events: readonly SessionEvent[]): Promise<Map<string, Known>> {
  const ids = [...new Set(events.map((event) => event.data.sessionId))]
  const rows = await transaction
    .$extendTables<SessionTreeTables>()
    .selectFrom('sessions')
    .select(['session_id', 'requested_position', 'view'])
    .where('session_id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.session_id, { view: row.view, requestedPosition: row.requested_position }]))
}

function fold(known: Map<string, Known>, event: SessionEvent): void {
  const { sessionId } = event.data
  const before = known.get(sessionId)
  if (before) {
    if (event.revision > before.view.revision) known.set(sessionId, { ...before, view: evolve(before.view, event) })
  } else if (event.type === 'AgentSpawnRequested') {
    known.set(sessionId, { view: newSessionView(event), requestedPosition: event.position })
  } else {
    throw new Error(`${event.type} of session ${sessionId}, which nobody asked for`)
  }
}

function rowOf({ view, requestedPosition }: Known): SessionRow {
  return {
    session_id: view.sessionId,
    workspace_id: view.workspaceId,
    parent_session_id: view.parentSessionId,
    mission_id: view.missionId,
    status: view.status,
    agent_type: view.agentType,
    model_provider: view.modelProvider,
    name: view.name,
    task: view.task,
    requested_position: requestedPosition,
    view,
  }
}
