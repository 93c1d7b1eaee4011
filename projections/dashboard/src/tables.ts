import type { SessionStatus } from '@mosaic/contracts/agent-session'

export type SessionNumbers = {
  session_id: string
  workspace_id: string
  revision: number
  status: SessionStatus
  /** ISO 8601. */
  requested_at: string
  updated_at: string
  spawn_latency_ms: number | null
  kill_latency_ms: number | null
  commits: number
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_tokens: number
  cost_usd: number
}

export const numberColumns = {
  session_id: 'uuid',
  workspace_id: 'text',
  revision: 'bigint',
  status: 'text',
  requested_at: 'timestamptz',
  updated_at: 'timestamptz',
  spawn_latency_ms: 'double precision',
  kill_latency_ms: 'double precision',
  commits: 'integer',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  cache_read_tokens: 'bigint',
  cache_write_tokens: 'bigint',
  cost_usd: 'numeric',
} as const satisfies Record<keyof SessionNumbers, string>
