export type AuditRow = {
  /** Commit position: the order of the log and the page cursor. int8, text when read. */
  position: string
  event_id: string
  workspace_id: string
  occurred_at: string
  operator_id: string
  operator_name: string
  action: string
  stream_id: string
  revision: number
  session_id: string | null
  session_name: string | null
  preview: string
}

export type SessionNameRow = { session_id: string; workspace_id: string; name: string }

export type AuditTables = { entries: AuditRow; sessions: SessionNameRow }

export const entryColumns = {
  position: 'bigint',
  event_id: 'uuid',
  workspace_id: 'text',
  occurred_at: 'timestamptz',
  operator_id: 'text',
  operator_name: 'text',
  action: 'text',
  stream_id: 'text',
  revision: 'bigint',
  session_id: 'uuid',
  session_name: 'text',
  preview: 'text',
} as const satisfies Record<keyof AuditRow, string>

export const sessionColumns = {
  session_id: 'uuid',
  workspace_id: 'text',
  name: 'text',
} as const satisfies Record<keyof SessionNameRow, string>
