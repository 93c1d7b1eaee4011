import {
  type AgentSessionEventOf,
  capabilitiesOf,
  hasEnded,
  type SessionView,
  statusAfter,
} from '@mosaic/contracts/agent-session'
import type { Fact, View } from '@mosaic/contracts/kernel'
import type { SessionActivity } from './activity.ts'
import { proposed } from './proposed.ts'
import { graver, pauseConfirmed, receipt, resumeConfirmed } from './control.ts'

/** The facts of a session's life: few, however much is said and done in it. */
const handles = [
  'AgentSpawnRequested',
  'AgentAdopted',
  'AgentQueued',
  'SessionClaimed',
  'AgentSpawned',
  'SetupStepStarted',
  'SetupStepCompleted',
  'AgentStarted',
  'OperatorMessageDelivered',
  'AgentWaitingForOperator',
  'OperatorQuestionExpired',
  'ApprovalRequested',
  'ApprovalDecided',
  'ApprovalApplied',
  'ApprovalWithdrawn',
  'ModelCallDeferred',
  'ModelCallRetryRequested',
  'ModelCallResumed',
  'AgentFoundStuck',
  'AgentGotOn',
  'AgentContactLost',
  'AgentContactRestored',
  'ModelChanged',
  'AgentPauseRequested',
  'AgentPaused',
  'AgentResumeRequested',
  'AgentResumed',
  'AgentTerminateRequested',
  'AgentKillRequested',
  'AgentKillSignalled',
  'AgentKillExitObserved',
  'AgentDescendantsCleared',
  'AgentKilled',
  'AgentCompleted',
  'AgentFailed',
  'UncommittedWorkKept',
  'KeptWorkCommitted',
  'KeptWorkDiscarded',
  'AgentResourcesReleased',
  'WorktreeRevisited',
  'WorkMerged',
  'WorkLanded',
  'LandingConflicted',
  'LandingRejected',
  'WorkProposed',
  'ProposalChecked',
  'ProposalReturned',
  'ProposalEnded',
  'WorkPruned',
  'AgentContinued',
] as const

export type LifecycleEvent = Fact<AgentSessionEventOf<(typeof handles)[number]>>

/** What is known of a session without a word of what it says: for whoever leaves the bulk of the log out. */
export type SessionLifecycle = Omit<SessionView, keyof SessionActivity>

export const lifecycleView: View<SessionLifecycle, LifecycleEvent> = {
  version: 20,
  handles,
  keyOf: (event) => [event.data.sessionId],
  begin: (event) => (event.type === 'AgentSpawnRequested' ? requested(event) : undefined),
  evolve(session, event) {
    if (event.revision <= session.revision) return session
    const { occurredAt } = event.metadata
    const status = statusAfter[event.type] ?? session.status
    const ended = hasEnded(status) && {
      pending: null,
      waiting: null,
      approval: null,
      modelWait: null,
      attention: null,
      stale: null,
      queued: null,
      setup: null,
      endedAt: session.endedAt ?? occurredAt,
    }
    return { ...session, status, ...ended, ...changes(session, event), ...traceOf(event) }
  },
}

/** Where a session stands in time and in the log after a fact of any kind. */
export const traceOf = ({
  metadata,
  revision,
  position,
}: Omit<Fact<{ type: string; data: unknown }>, 'type' | 'data'>) => ({
  lastActivityAt: metadata.occurredAt,
  revision,
  position,
})

function requested(event: Fact<AgentSessionEventOf<'AgentSpawnRequested'>>): SessionLifecycle {
  const { runtime, workplace, ...assignment } = event.data
  const [repository, baseBranch] =
    workplace.kind === 'worktree' ? [workplace.repository, workplace.baseBranch] : [null, null]
  return {
    ...assignment,
    runtime: runtime.kind,
    agent: 'agent' in runtime ? (runtime.agent ?? null) : null,
    capabilities: capabilitiesOf(runtime),
    provider: ('provider' in runtime && runtime.provider) || null,
    modelProvider: runtime.modelProvider,
    model: runtime.model,
    repository,
    baseBranch,
    workspaceId: event.metadata.workspaceId,
    sandbox: null,
    worktree: null,
    branch: null,
    baseCommit: null,
    status: 'spawning',
    requestedBy: event.metadata.actor,
    pending: null,
    waiting: null,
    approval: null,
    modelWait: null,
    attention: null,
    stale: null,
    queued: null,
    setup: null,
    killReceipt: [],
    killProof: null,
    failure: null,
    unreadable: null,
    outcome: null,
    summary: null,
    uncommitted: null,
    leftWork: null,
    merged: null,
    notLanded: null,
    pullRequest: null,
    isPruned: false,
    successorSessionId: null,
    requestedAt: event.metadata.occurredAt,
    startedAt: null,
    endedAt: null,
    ...traceOf(event),
  }
}

function changes(session: SessionLifecycle, event: LifecycleEvent): Partial<SessionLifecycle> {
  const { occurredAt } = event.metadata
  switch (event.type) {
    case 'AgentSpawnRequested':
    case 'AgentAdopted':
      return {}
    case 'AgentQueued':
      return { queued: { since: occurredAt, position: event.position, most: event.data.most } }
    case 'SessionClaimed':
      return { queued: null }
    case 'AgentSpawned': {
      const { place } = event.data
      if (place.kind === 'remote') return {}
      const { sandbox, worktree, branch, baseCommit } = place
      return { sandbox, worktree, branch, baseCommit }
    }
    case 'SetupStepStarted':
      return { setup: { step: event.data.step, since: occurredAt } }
    case 'SetupStepCompleted':
      return { setup: null }
    case 'AgentStarted':
      return { startedAt: session.startedAt ?? occurredAt }
    case 'OperatorMessageDelivered':
    case 'OperatorQuestionExpired':
      return { waiting: null }
    case 'AgentWaitingForOperator': {
      const { questionId, question, options, defaultAnswer, expiresAt } = event.data
      return { waiting: { questionId, question, options, defaultAnswer, expiresAt } }
    }
    case 'ApprovalRequested': {
      const { sessionId: _, ...approval } = event.data
      const isKnown = session.approval?.approvalId === approval.approvalId
      return { approval: { ...approval, requestedAt: isKnown ? session.approval!.requestedAt : occurredAt } }
    }
    case 'ApprovalDecided':
    case 'ApprovalApplied':
    case 'ApprovalWithdrawn':
      return session.approval?.approvalId === event.data.approvalId ? { approval: null } : {}
    case 'ModelCallDeferred': {
      const { since, reason, message, nextTryAt } = event.data
      return { modelWait: { since, reason, message, nextTryAt } }
    }
    case 'ModelCallRetryRequested':
      return { modelWait: session.modelWait && { ...session.modelWait, nextTryAt: occurredAt } }
    case 'ModelCallResumed':
      return { modelWait: null }
    case 'AgentFoundStuck': {
      const { reason, message, since } = event.data
      return { attention: { reason, message, since } }
    }
    case 'AgentGotOn':
      return { attention: null }
    case 'AgentContactLost':
      return { stale: { since: event.data.since, message: event.data.message } }
    case 'AgentContactRestored':
      return { stale: null }
    case 'ModelChanged':
      return event.data.to
    case 'AgentPauseRequested':
      return { pending: graver(session.pending, 'pause') }
    case 'AgentPaused':
      return { pending: pauseConfirmed(session.pending) }
    case 'AgentResumeRequested':
      return { pending: graver(session.pending, 'resume') }
    case 'AgentResumed':
      return { pending: resumeConfirmed(session.pending) }
    case 'AgentTerminateRequested':
      return { pending: graver(session.pending, 'terminate') }
    case 'AgentKillRequested':
      return { pending: 'kill', ...receipt(session, 'requested', occurredAt) }
    case 'AgentKillSignalled':
      return receipt(session, 'signalled', occurredAt)
    case 'AgentKillExitObserved':
      return receipt(session, 'exit-observed', occurredAt)
    case 'AgentDescendantsCleared':
      return receipt(session, 'descendants-cleared', occurredAt)
    case 'AgentKilled':
      return { killProof: event.data.proof }
    case 'AgentCompleted':
      return { outcome: event.data.outcome, summary: event.data.summary }
    case 'AgentFailed':
      return { failure: { code: event.data.code, message: event.data.message } }
    case 'UncommittedWorkKept': {
      const { sessionId: _, ...uncommitted } = event.data
      return { uncommitted, leftWork: null }
    }
    case 'KeptWorkCommitted':
    case 'KeptWorkDiscarded':
      return { uncommitted: null }
    case 'AgentResourcesReleased': {
      const { leftWork } = event.data
      // Every session releases its resources; only a killed one owes a receipt for it.
      return session.killReceipt.length > 0
        ? { leftWork, ...receipt(session, 'resources-released', occurredAt) }
        : { leftWork }
    }
    case 'WorktreeRevisited':
      return { leftWork: event.data.leftWork }
    case 'WorkMerged':
      return { merged: { into: event.data.into, commit: event.data.commit } }
    case 'WorkLanded':
      return { merged: { into: event.data.into, commit: event.data.commit }, notLanded: null }
    case 'LandingConflicted': {
      const { files } = event.data
      return notLanded(
        event,
        `${event.data.branch} conflicts with ${event.data.into} in ${files.slice(0, 10).join(', ')}`,
      )
    }
    case 'LandingRejected':
      return notLanded(event, event.data.message)
    case 'WorkProposed':
    case 'ProposalChecked':
    case 'ProposalReturned':
    case 'ProposalEnded':
      return proposed(session, event)
    case 'WorkPruned':
      return { isPruned: true }
    case 'AgentContinued':
      return { successorSessionId: event.data.successorSessionId }
  }
}

type NotLanded = Extract<LifecycleEvent, { type: 'LandingConflicted' | 'LandingRejected' }>

/** Where nobody is asked any more to mend it, a person ought to look. */
function notLanded({ data, metadata }: NotLanded, message: string): Partial<SessionLifecycle> {
  const { into, files, to, times } = data
  const attention =
    to === 'person' &&
    ({ reason: 'NOT_LANDED', message: `not landed on ${into}: ${message}`, since: metadata.occurredAt } as const)
  return { notLanded: { into, message, files, to, times }, attention: attention || null }
}
