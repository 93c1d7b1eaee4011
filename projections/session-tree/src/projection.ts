import { foldProjection } from '@mosaic/postgres'
import { sessionView, withOrigin } from '@mosaic/views'
import { sessions } from './migrations/001-sessions.ts'
import { sessionColumns, type SessionRow } from './tables.ts'

/** A session, and the commit position of its spawn request: its place in the order of "newest first". */
const listed = withOrigin(sessionView, (event) => event.position)

/** Every session with its place in the tree: roster, panel headers, `agent show`. */
export const sessionTreeProjection = foldProjection(listed, {
  name: 'session-tree',
  version: 21,
  categories: ['agentSession'],
  scope: 'workspace',
  migrations: [sessions],
  table: 'sessions',
  columns: sessionColumns,
  key: ['session_id'],
  lookUp: ['session_id'],
  rowOf: ({ state: session, origin }): SessionRow => ({
    session_id: session.sessionId,
    workspace_id: session.workspaceId,
    parent_session_id: session.parentSessionId,
    mission_id: session.missionId,
    status: session.status,
    asks: session.approval !== null,
    outcome: session.outcome,
    agent_type: session.agentType,
    model_provider: session.modelProvider,
    name: session.name,
    task: session.task,
    requested_position: origin,
    view: session,
  }),
  stateOf: (row: SessionRow) => ({ state: row.view, origin: row.requested_position }),
})
