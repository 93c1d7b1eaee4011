import type { SessionStatus } from '@mosaic/contracts/agent-session'
import type { SessionNumbers } from '@mosaic/views'

/** As it is written, and as the driver reads it: text where a number may be too large or has decimals, `Date`s. */
export type NumbersRow = {
  session_id: string
  workspace_id: string
  revision: number | string
  status: SessionStatus
  queued: boolean
  stuck: boolean
  requested_at: string | Date
  updated_at: string | Date
  spawn_latency_ms: number | null
  kill_latency_ms: number | null
  commits: number
  input_tokens: number | string
  output_tokens: number | string
  cache_read_tokens: number | string
  cache_write_tokens: number | string
  cost_usd: number | string
  uncounted_calls: number
  unpriced_calls: number
}

export const numberColumns = {
  session_id: 'uuid',
  workspace_id: 'text',
  revision: 'bigint',
  status: 'text',
  queued: 'boolean',
  stuck: 'boolean',
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
  uncounted_calls: 'integer',
  unpriced_calls: 'integer',
} as const satisfies Record<keyof NumbersRow, string>

export const rowOf = ({ usage, ...numbers }: SessionNumbers): NumbersRow => ({
  session_id: numbers.sessionId,
  workspace_id: numbers.workspaceId,
  revision: numbers.revision,
  status: numbers.status,
  queued: numbers.queued,
  stuck: numbers.stuck,
  requested_at: numbers.requestedAt,
  updated_at: numbers.updatedAt,
  spawn_latency_ms: numbers.spawnLatencyMs,
  kill_latency_ms: numbers.killLatencyMs,
  commits: numbers.commits,
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  cache_read_tokens: usage.cacheReadTokens,
  cache_write_tokens: usage.cacheWriteTokens,
  cost_usd: usage.costUsd,
  uncounted_calls: usage.uncountedCalls,
  unpriced_calls: usage.unpricedCalls,
})

export const stateOf = (row: NumbersRow): SessionNumbers => ({
  sessionId: row.session_id,
  workspaceId: row.workspace_id,
  revision: Number(row.revision),
  status: row.status,
  queued: row.queued,
  stuck: row.stuck,
  requestedAt: new Date(row.requested_at).toISOString(),
  updatedAt: new Date(row.updated_at).toISOString(),
  spawnLatencyMs: row.spawn_latency_ms,
  killLatencyMs: row.kill_latency_ms,
  commits: row.commits,
  usage: {
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    costUsd: Number(row.cost_usd),
    uncountedCalls: row.uncounted_calls,
    unpricedCalls: row.unpriced_calls,
  },
})
