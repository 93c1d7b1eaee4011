import { statusAfter, type Usage } from '@mosaic/contracts/agent-session'
import type { ProjectedEvent } from '@mosaic/postgres'
import type { SessionNumbers } from './tables.ts'

/** The facts that move a number. */
export const counted = [
  'AgentSpawnRequested',
  'AgentStarted',
  'MessageRecorded',
  'CommitRecorded',
  'OperatorMessageDelivered',
  'AgentWaitingForOperator',
  'OperatorQuestionExpired',
  'AgentPaused',
  'AgentResumed',
  'AgentKilled',
  'AgentCompleted',
  'AgentFailed',
] as const
export type CountedEvent = ProjectedEvent<(typeof counted)[number]>

export function requested(event: ProjectedEvent<'AgentSpawnRequested'>): SessionNumbers {
  const { occurredAt, workspaceId } = event.metadata
  return {
    session_id: event.data.sessionId,
    workspace_id: workspaceId,
    revision: event.revision,
    status: 'spawning',
    requested_at: occurredAt,
    updated_at: occurredAt,
    spawn_latency_ms: null,
    kill_latency_ms: null,
    commits: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cost_usd: 0,
  }
}

export function evolve(session: SessionNumbers, event: CountedEvent): SessionNumbers {
  return {
    ...session,
    revision: event.revision,
    status: statusAfter[event.type] ?? session.status,
    updated_at: event.metadata.occurredAt,
    ...changes(session, event),
  }
}

function changes(session: SessionNumbers, event: CountedEvent): Partial<SessionNumbers> {
  switch (event.type) {
    case 'AgentStarted':
      return { spawn_latency_ms: session.spawn_latency_ms ?? since(session.requested_at, event.metadata.occurredAt) }
    case 'MessageRecorded':
      return event.data.usage ? spent(session, event.data.usage) : {}
    case 'CommitRecorded':
      return { commits: session.commits + 1 }
    case 'AgentKilled':
      return { kill_latency_ms: event.data.latencyMs }
    case 'AgentSpawnRequested':
    case 'OperatorMessageDelivered':
    case 'AgentWaitingForOperator':
    case 'OperatorQuestionExpired':
    case 'AgentPaused':
    case 'AgentResumed':
    case 'AgentCompleted':
    case 'AgentFailed':
      return {}
  }
}

/** Clocks of two processes may disagree by a little; a latency is never below zero. */
const since = (start: string, end: string): number => Math.max(0, Date.parse(end) - Date.parse(start))

function spent(session: SessionNumbers, usage: Usage): Partial<SessionNumbers> {
  return {
    input_tokens: session.input_tokens + usage.inputTokens,
    output_tokens: session.output_tokens + usage.outputTokens,
    cache_read_tokens: session.cache_read_tokens + usage.cacheReadTokens,
    cache_write_tokens: session.cache_write_tokens + usage.cacheWriteTokens,
    // Rounded to a billionth of a dollar, so that 0.1 + 0.2 reads 0.3.
    cost_usd: Math.round((session.cost_usd + usage.costUsd) * 1e9) / 1e9,
  }
}
