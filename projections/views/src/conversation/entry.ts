import {
  agentSessionEvents,
  type AgentSessionEventOf,
  type AgentSessionEventType,
  type ConversationEntry,
} from '@mosaic/contracts/agent-session'
import type { Fact, View, ViewKey } from '@mosaic/contracts/kernel'
import type { SessionEvent } from '../session/session.ts'

type Of<Type extends AgentSessionEventType> = Fact<AgentSessionEventOf<Type>>

/**
 * A conversation, entry by entry. Under a message's or a tool call's id stands the newest entry that carries it: what
 * later facts complete. All else that happens is a notice.
 */
export const conversationView: View<ConversationEntry, SessionEvent> = {
  version: 6,
  // Texts are shown with the calls that name them.
  handles: (Object.keys(agentSessionEvents) as AgentSessionEventType[]).filter((type) => type !== 'ModelTextsRecorded'),
  keyOf: (event): ViewKey => [event.data.sessionId, referenceOf(event) ?? String(event.revision)],
  begin(event) {
    switch (event.type) {
      case 'MessageRecorded':
        return message(event)
      case 'OperatorMessageInjected':
        return operatorMessage(event)
      case 'ToolInvoked':
        return toolCall(event)
      // A completion whose beginning the log does not hold stands as a notice, so that nothing said is lost.
      case 'OperatorMessageDelivered':
      case 'ToolCompleted':
      case 'AgentSpawnRequested':
      case 'AgentAdopted':
      case 'AgentQueued':
      case 'SessionClaimed':
      case 'AgentSpawned':
      case 'AgentStarted':
      case 'SetupStepStarted':
      case 'SetupStepCompleted':
      case 'CommitRecorded':
      case 'NetworkConnectionRecorded':
      case 'BranchPushed':
      case 'SecretAllowed':
      case 'QualityCheckRequested':
      case 'QualityCheckCompleted':
      case 'QualityGatesSkipped':
      case 'ReviewSubmitted':
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
      case 'AgentFoundStuck':
      case 'AgentGotOn':
      case 'AgentContactLost':
      case 'AgentContactRestored':
      case 'CheckpointRecorded':
      case 'CheckpointFailed':
      case 'CheckpointsRemoved':
      case 'UncommittedWorkKept':
      case 'KeptWorkCommitted':
      case 'KeptWorkDiscarded':
      case 'AgentResourcesReleased':
      case 'WorktreeRevisited':
      case 'WorkMerged':
      case 'WorkLanded':
      case 'LandingConflicted':
      case 'LandingRejected':
      case 'WorkProposed':
      case 'ProposalChecked':
      case 'ProposalReturned':
      case 'ProposalEnded':
      case 'WorkPruned':
      case 'AgentContinued':
      case 'ApprovalRequested':
      case 'ApprovalDecided':
      case 'ApprovalApplied':
      case 'ApprovalWithdrawn':
      case 'CallJudged':
      case 'AllowedCallChanged':
      case 'ModelCallDeferred':
      case 'ModelCallRetryRequested':
      case 'TerminalControlTaken':
      case 'TerminalControlReleased':
      case 'TerminalTyped':
      case 'ModelCallResumed':
      case 'ModelChanged':
      case 'AgentProgramStarted':
      case 'ContextCompacted':
      case 'ModelAnswerUnheard':
      case 'ModelCallRelayed':
        return notice(event)
      case 'ModelTextsRecorded':
        return undefined
    }
  },
  // A notice is complete: what came without its beginning, too.
  beginsAnew: (event, entry) => !completes(event) || entry?.kind === 'notice',
  // Only a completion reaches an entry that stands; every other event has begun one of its own.
  evolve(entry, event) {
    if (event.type === 'ToolCompleted') return toolCompleted(entry, event)
    // The model is given the operator's words as a message of its own; they are shown as the operator's already.
    return event.type === 'OperatorMessageDelivered' ? delivered(entry, event) : entry
  },
}

/** The message or the tool call that a fact is about. */
export function referenceOf({ data }: SessionEvent): string | null {
  if ('messageId' in data) return data.messageId
  // What is said of a call before it is made is no part of it.
  return 'toolCallId' in data && !('digest' in data) ? data.toolCallId : null
}

/** Whether a fact adds to an entry that is there already, where there is one. */
export function completes(event: SessionEvent): boolean {
  if (event.type === 'MessageRecorded') return event.data.role === 'operator'
  return event.type === 'ToolCompleted' || event.type === 'OperatorMessageDelivered'
}

function place({ data, revision, position, metadata }: SessionEvent, turn: number | null) {
  return { sessionId: data.sessionId, revision, position, occurredAt: metadata.occurredAt, turn }
}

function message(event: Of<'MessageRecorded'>): ConversationEntry {
  const { messageId, role, content, usage, stopReason, model, turn } = event.data
  const said = { messageId, role, content, usage, stopReason, model, operator: null }
  return { ...place(event, turn), kind: 'message', ...said }
}

function operatorMessage(event: Of<'OperatorMessageInjected'>): ConversationEntry {
  const { messageId, text, operatorName } = event.data
  return {
    ...place(event, null),
    kind: 'message',
    messageId,
    role: 'operator',
    content: [{ type: 'text', text }],
    usage: null,
    stopReason: null,
    model: null,
    operator: { name: operatorName, deliveredAt: null, deliveredTurn: null },
  }
}

function toolCall(event: Of<'ToolInvoked'>): ConversationEntry {
  const { toolCallId, name, input, turn } = event.data
  const open = { output: null, isError: null, durationMs: null, completedAt: null }
  return { ...place(event, turn), kind: 'tool', role: 'tool', toolCallId, name, input, ...open }
}

function notice(event: SessionEvent): ConversationEntry {
  const actorName = event.metadata.actor.name ?? null
  return { ...place(event, null), kind: 'notice', role: 'system', eventType: event.type, data: event.data, actorName }
}

function toolCompleted(entry: ConversationEntry, event: Of<'ToolCompleted'>): ConversationEntry {
  if (entry.kind !== 'tool') return entry
  const { output, isError, durationMs } = event.data
  return { ...entry, output, isError, durationMs, completedAt: event.metadata.occurredAt }
}

function delivered(entry: ConversationEntry, event: Of<'OperatorMessageDelivered'>): ConversationEntry {
  if (entry.kind !== 'message' || !entry.operator) return entry
  const { occurredAt } = event.metadata
  return { ...entry, operator: { ...entry.operator, deliveredAt: occurredAt, deliveredTurn: event.data.turn } }
}
