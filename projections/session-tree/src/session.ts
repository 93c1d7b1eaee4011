import {
  type AgentSessionEventType,
  type ContentBlock,
  hasEnded,
  type KillStep,
  type SessionView,
  statusAfter,
  type Usage,
} from '@mosaic/contracts/agent-session'
import type { ProjectedEvent } from '@mosaic/postgres'

export type SessionEvent = ProjectedEvent<AgentSessionEventType>

const previewLength = 200

/** Folds a later fact into the view of its session. */
export function evolve(session: SessionView, event: SessionEvent): SessionView {
  const { occurredAt } = event.metadata
  const status = statusAfter[event.type] ?? session.status
  const ended = hasEnded(status)
  return {
    ...session,
    status,
    ...(ended ? { pending: null, waiting: null, endedAt: session.endedAt ?? occurredAt } : {}),
    ...changes(session, event),
    lastActivityAt: occurredAt,
    revision: event.revision,
    position: event.position,
  }
}

function changes(session: SessionView, event: SessionEvent): Partial<SessionView> {
  const { occurredAt } = event.metadata
  switch (event.type) {
    case 'AgentSpawnRequested':
    case 'SessionClaimed':
      return {}
    case 'AgentSpawned': {
      const { place } = event.data
      if (place.kind === 'remote') return {}
      const { sandbox, worktree, branch, baseCommit } = place
      return { sandbox, worktree, branch, baseCommit }
    }
    case 'AgentStarted':
      return { startedAt: session.startedAt ?? occurredAt }
    case 'MessageRecorded': {
      const { role, content, usage } = event.data
      return {
        ...said(session, role, previewOf(content), occurredAt),
        turns: session.turns + (role === 'agent' ? 1 : 0),
        usage: usage ? sum(session.usage, usage) : session.usage,
      }
    }
    case 'ToolInvoked':
      return { toolCalls: session.toolCalls + 1 }
    case 'ToolCompleted':
      return {}
    case 'CommitRecorded':
      return { headCommit: event.data.commit, branch: event.data.branch, commits: session.commits + 1 }
    case 'OperatorMessageInjected':
      return said(session, 'operator', event.data.text, occurredAt)
    case 'OperatorMessageDelivered':
    case 'OperatorQuestionExpired':
      return { waiting: null }
    case 'AgentWaitingForOperator': {
      const { questionId, question, options, defaultAnswer, expiresAt } = event.data
      return { waiting: { questionId, question, options, defaultAnswer, expiresAt } }
    }
    case 'AgentPauseRequested':
      return { pending: graver(session.pending, 'pause') }
    case 'AgentPaused':
      return { pending: session.pending === 'pause' ? null : session.pending }
    case 'AgentResumeRequested':
      return { pending: graver(session.pending, 'resume') }
    case 'AgentResumed':
      return { pending: session.pending === 'resume' || session.pending === 'pause' ? null : session.pending }
    case 'AgentTerminateRequested':
      return { pending: graver(session.pending, 'terminate') }
    case 'AgentKillRequested':
      return { pending: 'kill', killReceipt: receipt(session, 'requested', occurredAt) }
    case 'AgentKillSignalled':
      return { killReceipt: receipt(session, 'signalled', occurredAt) }
    case 'AgentKillExitObserved':
      return { killReceipt: receipt(session, 'exit-observed', occurredAt) }
    case 'AgentDescendantsCleared':
      return { killReceipt: receipt(session, 'descendants-cleared', occurredAt) }
    case 'AgentKilled':
      return { killProof: event.data.proof }
    case 'AgentCompleted':
      return { summary: event.data.summary }
    case 'AgentFailed':
      return { failure: { code: event.data.code, message: event.data.message } }
    case 'AgentResourcesReleased':
      // Every session releases its resources; only a killed one owes a receipt for it.
      return session.killReceipt.length > 0 ? { killReceipt: receipt(session, 'resources-released', occurredAt) } : {}
  }
}

type Pending = NonNullable<SessionView['pending']>

/** A kill that was asked for is not hidden by a later request for less. */
function graver(pending: SessionView['pending'], asked: Pending): Pending {
  if (pending === 'kill') return 'kill'
  return pending === 'terminate' && asked !== 'terminate' ? 'terminate' : asked
}

function receipt(session: SessionView, step: KillStep, at: string): SessionView['killReceipt'] {
  return session.killReceipt.some((done) => done.step === step)
    ? session.killReceipt
    : [...session.killReceipt, { step, at }]
}

function said(
  session: SessionView,
  role: NonNullable<SessionView['lastMessage']>['role'],
  text: string,
  at: string,
): Partial<SessionView> {
  return { messages: session.messages + 1, lastMessage: { role, preview: oneLine(text), at } }
}

const oneLine = (text: string) =>
  text
    .slice(0, 4 * previewLength)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, previewLength)
    .toWellFormed()

function previewOf(content: readonly ContentBlock[]): string {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
  return text.trim() || content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])).join(', ')
}

function sum(total: Usage, call: Usage): Usage {
  return {
    inputTokens: total.inputTokens + call.inputTokens,
    outputTokens: total.outputTokens + call.outputTokens,
    cacheReadTokens: total.cacheReadTokens + call.cacheReadTokens,
    cacheWriteTokens: total.cacheWriteTokens + call.cacheWriteTokens,
    // Rounded to a billionth of a dollar, so that 0.1 + 0.2 reads 0.3.
    costUsd: Math.round((total.costUsd + call.costUsd) * 1e9) / 1e9,
  }
}
