import type { AgentSessionEventType, ConversationEntry } from '@mosaic/contracts/agent-session'
import type { ProjectedEvent } from '@mosaic/postgres'

export type SessionEvent = ProjectedEvent<AgentSessionEventType>

/** What an event does to its conversation: it says something new, or completes what was said before. */
export type Effect =
  | { readonly kind: 'add'; readonly reference: string | null; readonly entry: ConversationEntry }
  | { readonly kind: 'complete'; readonly reference: string; complete(entry: ConversationEntry): ConversationEntry }

export function effectOf(event: SessionEvent): Effect {
  switch (event.type) {
    case 'MessageRecorded': {
      const { messageId, role, content, usage, stopReason, model, turn } = event.data
      const said = { messageId, role, content, usage, stopReason, model, operator: null }
      return { kind: 'add', reference: messageId, entry: { ...place(event, turn), kind: 'message', ...said } }
    }
    case 'ToolInvoked': {
      const { toolCallId, name, input, turn } = event.data
      const open = { output: null, isError: null, durationMs: null, completedAt: null }
      const entry = { ...place(event, turn), kind: 'tool', role: 'tool', toolCallId, name, input, ...open } as const
      return { kind: 'add', reference: toolCallId, entry }
    }
    case 'ToolCompleted':
      return { kind: 'complete', reference: event.data.toolCallId, complete: (entry) => toolCompleted(entry, event) }
    case 'OperatorMessageInjected':
      return { kind: 'add', reference: event.data.messageId, entry: operatorMessage(event) }
    case 'OperatorMessageDelivered':
      return { kind: 'complete', reference: event.data.messageId, complete: (entry) => delivered(entry, event) }
    case 'AgentSpawnRequested':
    case 'SessionClaimed':
    case 'AgentSpawned':
    case 'AgentStarted':
    case 'CommitRecorded':
    case 'AgentWaitingForOperator':
    case 'OperatorQuestionExpired':
    case 'AgentPauseRequested':
    case 'AgentPaused':
    case 'AgentResumeRequested':
    case 'AgentResumed':
    case 'AgentTerminateRequested':
    case 'AgentKillRequested':
    case 'AgentKillSignalled':
    case 'AgentKillExitObserved':
    case 'AgentDescendantsCleared':
    case 'AgentKilled':
    case 'AgentCompleted':
    case 'AgentFailed':
    case 'AgentResourcesReleased':
      return { kind: 'add', reference: null, entry: notice(event) }
  }
}

/** A completion whose beginning the log does not hold: it stands as a notice, so that nothing said is lost. */
export function notice(event: SessionEvent): ConversationEntry {
  const actorName = event.metadata.actor.name ?? null
  return { ...place(event, null), kind: 'notice', role: 'system', eventType: event.type, data: event.data, actorName }
}

function place(event: SessionEvent, turn: number | null) {
  const { data, revision, position, metadata } = event
  return { sessionId: data.sessionId, revision, position, occurredAt: metadata.occurredAt, turn }
}

function operatorMessage(event: ProjectedEvent<'OperatorMessageInjected'>): ConversationEntry {
  return {
    ...place(event, null),
    kind: 'message',
    messageId: event.data.messageId,
    role: 'operator',
    content: [{ type: 'text', text: event.data.text }],
    usage: null,
    stopReason: null,
    model: null,
    operator: { name: event.data.operatorName, deliveredAt: null, deliveredTurn: null },
  }
}

function toolCompleted(entry: ConversationEntry, event: ProjectedEvent<'ToolCompleted'>): ConversationEntry {
  if (entry.kind !== 'tool') return entry
  const { output, isError, durationMs } = event.data
  return { ...entry, output, isError, durationMs, completedAt: event.metadata.occurredAt }
}

function delivered(entry: ConversationEntry, event: ProjectedEvent<'OperatorMessageDelivered'>): ConversationEntry {
  if (entry.kind !== 'message' || !entry.operator) return entry
  const { occurredAt } = event.metadata
  return { ...entry, operator: { ...entry.operator, deliveredAt: occurredAt, deliveredTurn: event.data.turn } }
}
