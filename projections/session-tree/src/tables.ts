import type { SessionView } from '@mosaic/contracts/agent-session'

export type SessionRow = {
  session_id: string
  workspace_id: string
  parent_session_id: string | null
  mission_id: string
  status: string
  /** It waits for an approval. */
  asks: boolean
  outcome: string | null
  agent_type: string
  model_provider: string | null
  name: string
  task: string
  /** Commit position of the spawn request: the order of "newest first" and the page cursor. */
  requested_position: string
  view: SessionView
}

export type SessionTreeTables = { sessions: SessionRow }

export const sessionColumns = {
  session_id: 'uuid',
  workspace_id: 'text',
  parent_session_id: 'uuid',
  mission_id: 'uuid',
  status: 'text',
  asks: 'boolean',
  outcome: 'text',
  agent_type: 'text',
  model_provider: 'text',
  name: 'text',
  task: 'text',
  requested_position: 'bigint',
  view: 'jsonb',
} as const satisfies Record<keyof SessionRow, string>
