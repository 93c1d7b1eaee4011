import { endedStatuses, sessionStatus } from '@mosaic/contracts/agent-session'
import { type DashboardView, dashboardView } from '@mosaic/contracts/fleet'
import { checkpointOf, schemaOf, type WorkspaceTransaction } from '@mosaic/postgres'
import { sql } from 'kysely'
import { dashboardProjection } from './projection.ts'

/** The live model; any other generation (of an earlier position) is asked by naming its schema. */
const live = schemaOf(dashboardProjection.name)

type Totals = Pick<
  DashboardView,
  'total' | 'queued' | 'needsAttention' | 'usage' | 'commits' | 'spawnLatencyMs' | 'killLatencyMs'
> & {
  updatedAt: number | null
}

/** The workspace's numbers; all zero where there has been no session. Percentiles are of values that occurred. */
export async function readDashboard(transaction: WorkspaceTransaction, schema: string = live): Promise<DashboardView> {
  const position = await checkpointOf(transaction, schema)
  const table = sql.id(schema, 'sessions')
  const { rows: counts } = await sql<{ status: string; sessions: number }>`
    select status, count(*)::int as sessions from ${table} group by status`.execute(transaction)
  const { rows } = await sql<{ totals: Totals }>`
    select jsonb_build_object(
      'total', count(*),
      'queued', count(*) filter (where queued),
      'needsAttention', count(*) filter (where stuck),
      'usage', jsonb_build_object(
        'inputTokens', coalesce(sum(input_tokens), 0),
        'outputTokens', coalesce(sum(output_tokens), 0),
        'cacheReadTokens', coalesce(sum(cache_read_tokens), 0),
        'cacheWriteTokens', coalesce(sum(cache_write_tokens), 0),
        'costUsd', coalesce(sum(cost_usd), 0),
        'uncountedCalls', coalesce(sum(uncounted_calls), 0),
        'unpricedCalls', coalesce(sum(unpriced_calls), 0)),
      'commits', coalesce(sum(commits), 0),
      'spawnLatencyMs', ${latency('spawn_latency_ms')},
      'killLatencyMs', ${latency('kill_latency_ms')},
      'updatedAt', extract(epoch from max(updated_at)) * 1000
    ) as totals from ${table}`.execute(transaction)
  const { updatedAt, ...totals } = rows[0]!.totals
  const found = new Map(counts.map(({ status, sessions }) => [status, sessions]))
  const sessions = Object.fromEntries(sessionStatus.options.map((status) => [status, found.get(status) ?? 0]))
  const ended = endedStatuses.reduce((sum, status) => sum + sessions[status]!, 0)
  return dashboardView.parse({
    ...totals,
    sessions,
    live: totals.total - ended,
    needsInput: sessions['waiting'],
    position,
    updatedAt: updatedAt === null ? null : new Date(updatedAt).toISOString(),
  })
}

const latency = (column: string) => sql`jsonb_build_object(
  'count', count(${sql.ref(column)}),
  'p50', percentile_disc(0.5) within group (order by ${sql.ref(column)}),
  'p99', percentile_disc(0.99) within group (order by ${sql.ref(column)}),
  'max', max(${sql.ref(column)}))`
