import {
  type AgentSessionEventOf,
  hasEnded,
  mayHaveCost,
  type SessionStatus,
  statusAfter,
  type UsageTotal,
} from '@mosaic/contracts/agent-session'
import type { DashboardView } from '@mosaic/contracts/fleet'
import type { Fact, View } from '@mosaic/contracts/kernel'
import { addTotals, addUsage, isModelCall, noUsage } from './session/usage.ts'

/** The facts that move a number. */
const handles = [
  'AgentSpawnRequested',
  'AgentQueued',
  'SessionClaimed',
  'AgentStarted',
  'MessageRecorded',
  'ContextCompacted',
  'ModelAnswerUnheard',
  'ModelCallRelayed',
  'CommitRecorded',
  'OperatorMessageDelivered',
  'AgentWaitingForOperator',
  'OperatorQuestionExpired',
  'ApprovalRequested',
  'ApprovalApplied',
  'ApprovalWithdrawn',
  'AgentPaused',
  'AgentResumed',
  'AgentFoundStuck',
  'AgentGotOn',
  'AgentKilled',
  'AgentCompleted',
  'AgentFailed',
] as const

export type CountedEvent = Fact<AgentSessionEventOf<(typeof handles)[number]>>

/** One session's part in the numbers above the panels. */
export type SessionNumbers = {
  readonly sessionId: string
  readonly workspaceId: string
  readonly revision: number
  readonly status: SessionStatus
  /** Waiting for its turn to start. */
  readonly queued: boolean
  /** Taken to be stuck. */
  readonly stuck: boolean
  readonly requestedAt: string
  readonly updatedAt: string
  readonly spawnLatencyMs: number | null
  readonly killLatencyMs: number | null
  readonly commits: number
  readonly usage: UsageTotal
}

export const numbersView: View<SessionNumbers, CountedEvent> = {
  version: 6,
  handles,
  keyOf: (event) => [event.data.sessionId],
  begin: (event) => (event.type === 'AgentSpawnRequested' ? requested(event) : undefined),
  evolve(session, event) {
    const { revision, metadata } = event
    if (revision <= session.revision) return session
    const status = statusAfter[event.type] ?? session.status
    const queued = session.queued && !hasEnded(status)
    const stuck = session.stuck && !hasEnded(status)
    return { ...session, revision, status, queued, stuck, updatedAt: metadata.occurredAt, ...changes(session, event) }
  },
}

function requested({ data, metadata, revision }: Fact<AgentSessionEventOf<'AgentSpawnRequested'>>): SessionNumbers {
  return {
    sessionId: data.sessionId,
    workspaceId: metadata.workspaceId,
    revision,
    status: 'spawning',
    queued: false,
    stuck: false,
    requestedAt: metadata.occurredAt,
    updatedAt: metadata.occurredAt,
    spawnLatencyMs: null,
    killLatencyMs: null,
    commits: 0,
    usage: noUsage,
  }
}

function changes(session: SessionNumbers, event: CountedEvent): Partial<SessionNumbers> {
  switch (event.type) {
    case 'AgentQueued':
      return { queued: true }
    case 'SessionClaimed':
      return { queued: false }
    case 'AgentStarted':
      return { spawnLatencyMs: session.spawnLatencyMs ?? since(session.requestedAt, event.metadata.occurredAt) }
    case 'MessageRecorded':
      return isModelCall(event.data) ? { usage: addUsage(session.usage, event.data.usage) } : {}
    case 'ContextCompacted':
      return event.data.usage ? { usage: addUsage(session.usage, event.data.usage) } : {}
    case 'ModelAnswerUnheard':
      return { usage: addUsage(session.usage, event.data.usage) }
    case 'ModelCallRelayed':
      return mayHaveCost(event.data.outcome) ? { usage: addUsage(session.usage, event.data.usage) } : {}
    case 'CommitRecorded':
      return { commits: session.commits + 1 }
    case 'AgentFoundStuck':
      return { stuck: true }
    case 'AgentGotOn':
      return { stuck: false }
    case 'AgentKilled':
      return { killLatencyMs: event.data.latencyMs }
    case 'AgentSpawnRequested':
    case 'OperatorMessageDelivered':
    case 'AgentWaitingForOperator':
    case 'OperatorQuestionExpired':
    case 'ApprovalRequested':
    case 'ApprovalApplied':
    case 'ApprovalWithdrawn':
    case 'AgentPaused':
    case 'AgentResumed':
    case 'AgentCompleted':
    case 'AgentFailed':
      return {}
  }
}

/** Clocks of two processes may disagree by a little; a latency is never below zero. */
const since = (start: string, end: string): number => Math.max(0, Date.parse(end) - Date.parse(start))

/** The numbers of a workspace from its sessions' parts; the read model adds the same up in SQL. */
export function dashboardOf(sessions: readonly SessionNumbers[], position: string): DashboardView {
  const byStatus = { spawning: 0, running: 0, waiting: 0, paused: 0, completed: 0, failed: 0, killed: 0 }
  for (const { status } of sessions) byStatus[status]++
  const updates = sessions.map(({ updatedAt }) => updatedAt).sort()
  return {
    sessions: byStatus,
    total: sessions.length,
    live: sessions.filter(({ status }) => !hasEnded(status)).length,
    needsInput: byStatus.waiting,
    needsAttention: sessions.filter(({ stuck }) => stuck).length,
    queued: sessions.filter(({ queued }) => queued).length,
    usage: sessions.reduce((total, { usage }) => addTotals(total, usage), noUsage),
    commits: sessions.reduce((total, { commits }) => total + commits, 0),
    spawnLatencyMs: latencyOf(sessions.map((session) => session.spawnLatencyMs)),
    killLatencyMs: latencyOf(sessions.map((session) => session.killLatencyMs)),
    position,
    updatedAt: updates.at(-1) ?? null,
  }
}

/** Percentiles are of values that occurred: the lowest that so large a part does not exceed. */
function latencyOf(measured: readonly (number | null)[]): DashboardView['spawnLatencyMs'] {
  const values = measured.filter((value) => value !== null).sort((a, b) => a - b)
  const percentile = (part: number) => values[Math.ceil(part * values.length) - 1] ?? null
  return { count: values.length, p50: percentile(0.5), p99: percentile(0.99), max: values.at(-1) ?? null }
}
