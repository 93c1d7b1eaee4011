import {
  type AgentSessionEvent,
  type AgentSessionEventOf,
  type AllowedSecret,
  type LeftWork,
  mayHaveCost,
  type Push,
  type Usage,
} from '@mosaic/contracts/agent-session'
import {
  type AgentSession,
  type Checks,
  type Claim,
  type EndedSession,
  isLive,
  type LiveSession,
  type ModelWait,
  type Work,
} from './state.ts'

/** Folds one fact into the state. Facts of the live part leave any other state as it is. */
export function evolve(session: AgentSession, event: AgentSessionEvent): AgentSession {
  if (event.type === 'AgentSpawnRequested') return spawnRequested(event.data)
  if (isLive(session)) return evolveLive(session, event)
  return session.status === 'none' ? session : evolveEnded(session, event)
}

function evolveEnded(ended: EndedSession, event: AgentSessionEvent): EndedSession {
  if (event.type === 'SessionClaimed') return { ...ended, claim: nextClaim(ended.claim, event.data) }
  if (event.type === 'BranchPushed') return { ...ended, work: pushed(ended.work, event.data) }
  if (event.type === 'SecretAllowed') return { ...ended, work: allowed(ended.work, event.data) }
  if (event.type === 'AgentResourcesReleased') return { ...withLeft(ended, event.data), released: true }
  if (event.type === 'WorktreeRevisited') return withLeft(ended, event.data)
  if (event.type === 'AgentContinued') return { ...ended, successorSessionId: event.data.successorSessionId }
  if (event.type === 'CheckpointsRemoved') return { ...ended, work: removed(ended.work, event.data) }
  if (event.type === 'CommitRecorded') return { ...ended, work: pushed(ended.work, event.data) }
  if (event.type === 'KeptWorkCommitted' || event.type === 'KeptWorkDiscarded')
    return { ...ended, work: { ...ended.work, kept: null } }
  if (event.type !== 'UncommittedWorkKept') return ended
  const { sessionId: _, ...kept } = event.data
  return { ...ended, work: { ...ended.work, kept, left: null } }
}

const withLeft = (ended: EndedSession, { leftWork: left }: { readonly leftWork: LeftWork | null }): EndedSession => ({
  ...ended,
  work: { ...ended.work, left },
})

/** Epochs follow one another; a claim of any other is not ours, and holds nobody up. */
export const nextClaim = (last: Claim | null, { ownerId, epoch }: Claim): Claim | null =>
  epoch === (last?.epoch ?? 0) + 1 ? { ownerId, epoch } : last

const spawnRequested = (spec: LiveSession['spec']): LiveSession => ({
  status: 'spawning',
  spec,
  claim: null,
  place: null,
  placedUnder: null,
  owner: 'begins',
  started: false,
  control: 'none',
  terminate: null,
  kill: null,
  inbox: [],
  question: null,
  approval: null,
  lastDecided: null,
  approvedCalls: [],
  spentUsd: 0,
  toolCallId: null,
  turn: 0,
  modelWait: null,
  isStuck: false,
  reconsidered: 0,
  hasLostContact: false,
  modelNow: null,
  modelChanges: 0,
  agentSessionId: null,
  work: { head: null, kept: null, checkpoint: null, checkpointFailure: null, left: null, allowed: [] },
  checks: { open: null, approved: [] },
  hasReviewed: false,
  typist: null,
})

function evolveLive(live: LiveSession, event: Exclude<AgentSessionEvent, { type: 'AgentSpawnRequested' }>) {
  switch (event.type) {
    case 'AgentAdopted':
    case 'AgentQueued':
      return live
    case 'SessionClaimed': {
      const claim = nextClaim(live.claim, event.data)
      return claim === live.claim ? live : { ...live, claim, owner: 'begins' as const }
    }
    case 'AgentSpawned':
      return { ...live, place: event.data.place, placedUnder: live.claim?.epoch ?? null, owner: 'has-place' as const }
    case 'AgentStarted':
      return { ...live, status: 'running' as const, owner: 'has-started' as const, started: true }
    case 'SetupStepStarted':
    case 'SetupStepCompleted':
      return live
    case 'MessageRecorded':
      return spent(
        event.data.role === 'agent' ? { ...live, turn: event.data.turn, modelChanges: 0 } : live,
        event.data.usage,
      )
    case 'ModelCallDeferred':
      return { ...live, modelWait: deferred(live.modelWait, event.data), modelChanges: 0 }
    case 'ModelCallRetryRequested':
      return { ...live, modelWait: live.modelWait && { ...live.modelWait, retryNow: true } }
    case 'ModelCallResumed':
      return { ...live, modelWait: null }
    case 'ModelChanged':
      return { ...live, modelNow: event.data.to, modelChanges: live.modelChanges + 1 }
    case 'AgentProgramStarted':
      return { ...live, agentSessionId: event.data.agentSessionId }
    case 'ContextCompacted':
    case 'ModelAnswerUnheard':
      return spent(live, event.data.usage)
    case 'ModelTextsRecorded':
      return live
    case 'ModelCallRelayed':
      return mayHaveCost(event.data.outcome) ? spent(live, event.data.usage) : live
    case 'ToolInvoked':
      return { ...live, toolCallId: event.data.toolCallId }
    case 'ToolCompleted': {
      const asked = live.question?.questionId === event.data.toolCallId
      return { ...live, toolCallId: null, question: asked ? null : live.question }
    }
    case 'CommitRecorded':
      return { ...live, work: { ...pushed(live.work, event.data), checkpoint: null } }
    case 'BranchPushed':
      return { ...live, work: pushed(live.work, event.data) }
    case 'AgentFoundStuck': {
      const reconsidered = live.reconsidered + (event.data.response === 'reconsider' ? 1 : 0)
      return { ...live, isStuck: true, reconsidered }
    }
    case 'AgentGotOn':
      return { ...live, isStuck: false }
    case 'AgentContactLost':
      return { ...live, hasLostContact: true }
    case 'AgentContactRestored':
      return { ...live, hasLostContact: false }
    case 'CheckpointRecorded': {
      const { sessionId: _, ...checkpoint } = event.data
      return { ...live, work: { ...live.work, checkpoint, checkpointFailure: null } }
    }
    case 'CheckpointsRemoved':
      return { ...live, work: removed(live.work, event.data) }
    case 'CheckpointFailed':
      return { ...live, work: { ...live.work, checkpointFailure: event.data.code } }
    case 'NetworkConnectionRecorded':
      return live
    case 'OperatorMessageInjected': {
      const { sessionId: _, ...message } = event.data
      return { ...live, inbox: [...live.inbox, message] }
    }
    case 'OperatorMessageDelivered':
      return delivered(live, event.data)
    case 'AgentWaitingForOperator': {
      const { sessionId: _, ...question } = event.data
      return { ...live, status: 'waiting' as const, question }
    }
    case 'OperatorQuestionExpired':
      return { ...live, status: 'running' as const, question: null }
    case 'ApprovalRequested': {
      const { approvalId, toolCallId, digest, expiresAt, atTimeout } = event.data
      const approval = { approvalId, toolCallId, digest, expiresAt, atTimeout, decided: null }
      return { ...live, status: 'waiting' as const, approval }
    }
    case 'ApprovalDecided':
      return decidedApproval(live, event.data)
    case 'ApprovalApplied':
    case 'ApprovalWithdrawn':
      return { ...live, status: 'running' as const, approval: null }
    case 'CallJudged':
    case 'AllowedCallChanged':
      return live
    case 'AgentPauseRequested':
      return { ...live, control: 'pause' as const }
    case 'AgentPaused':
      return { ...live, status: 'paused' as const, control: 'none' as const }
    case 'AgentResumeRequested':
      return { ...live, control: 'resume' as const }
    case 'AgentResumed':
      return { ...live, status: 'running' as const, control: 'none' as const }
    case 'AgentTerminateRequested':
      return { ...live, terminate: { note: live.terminate?.note ?? event.data.note, tree: event.data.tree } }
    case 'AgentKillRequested': {
      const { killAllId, tree } = event.data
      // Asked for again with those below it, it is no less far.
      return { ...live, kill: live.kill ? { ...live.kill, tree } : { killAllId, tree, step: 'requested' as const } }
    }
    case 'AgentKillSignalled':
      return killStep(live, 'signalled')
    case 'AgentKillExitObserved':
      return killStep(live, 'exit-observed')
    case 'AgentDescendantsCleared':
      return killStep(live, 'descendants-cleared')
    case 'AgentKilled':
      return ended(live, 'killed')
    case 'AgentCompleted':
      return ended(live, 'completed')
    case 'AgentFailed':
      return ended(live, 'failed')
    case 'QualityCheckRequested':
      return { ...live, checks: { ...live.checks, open: event.data.checkId } }
    case 'QualityCheckCompleted':
      return { ...live, checks: answered(live.checks, event.data) }
    case 'ReviewSubmitted':
      return { ...live, hasReviewed: true }
    case 'QualityGatesSkipped':
      return { ...live, checks: passing(live.checks, event.data.tree) }
    case 'TerminalControlTaken': {
      const { operatorId, operatorName } = event.data
      return { ...live, typist: { operatorId, operatorName } }
    }
    case 'TerminalControlReleased':
      return { ...live, typist: null }
    case 'TerminalTyped':
      return live
    case 'SecretAllowed':
      return { ...live, work: allowed(live.work, event.data) }
    case 'UncommittedWorkKept':
    case 'KeptWorkCommitted':
    case 'KeptWorkDiscarded':
    case 'AgentResourcesReleased':
    case 'WorktreeRevisited':
    case 'AgentContinued':
    case 'WorkMerged':
    case 'WorkLanded':
    case 'LandingConflicted':
    case 'LandingRejected':
    case 'WorkProposed':
    case 'ProposalChecked':
    case 'ProposalReturned':
    case 'ProposalEnded':
    case 'WorkPruned':
      return live
  }
}

const spent = (live: LiveSession, usage: Usage | null): LiveSession =>
  usage?.costUsd ? { ...live, spentUsd: live.spentUsd + usage.costUsd } : live

/** So many calls are remembered: those after them are asked about each time. */
const mostApprovedCalls = 1000

function decidedApproval(
  live: LiveSession,
  { approvalId, digest, decision, scope, note, by, operatorName }: AgentSessionEventOf<'ApprovalDecided'>['data'],
): LiveSession {
  const { approval, approvedCalls } = live
  const isKept = decision === 'approved' && scope === 'session' && approvedCalls.length < mostApprovedCalls
  return {
    ...live,
    approval:
      approval?.approvalId === approvalId ? { ...approval, decided: { decision, note, by, operatorName } } : approval,
    lastDecided: approvalId,
    approvedCalls: isKept ? [...approvedCalls, digest] : approvedCalls,
  }
}

function delivered(live: LiveSession, { messageId, questionId }: { messageId: string; questionId: string | null }) {
  const answered = live.question !== null && live.question.questionId === questionId
  return {
    ...live,
    status: 'running' as const,
    question: answered ? null : live.question,
    inbox: live.inbox.filter((message) => message.messageId !== messageId),
  }
}

const deferred = (
  before: ModelWait | null,
  { reason, attempts, since, nextTryAt }: AgentSessionEventOf<'ModelCallDeferred'>['data'],
): ModelWait => ({
  reason,
  since,
  nextTryAt,
  attempts,
  broken: (before?.broken ?? 0) + (reason === 'ANSWER_BROKEN' ? 1 : 0),
  retryNow: false,
})

const killStep = (live: LiveSession, step: NonNullable<LiveSession['kill']>['step']): LiveSession => ({
  ...live,
  kill: { killAllId: live.kill?.killAllId ?? null, tree: live.kill?.tree ?? false, step },
})

const pushed = (work: Work, { commit, push }: { commit: string; push: Push }): Work =>
  work.kept?.commit === commit ? { ...work, kept: { ...work.kept, push } } : { ...work, head: { commit, push } }

/** The newest goes last. */
const removed = (work: Work, { remaining }: { readonly remaining: number }): Work =>
  remaining === 0 ? { ...work, checkpoint: null } : work

const allowed = (work: Work, { file, fingerprint }: AllowedSecret): Work => ({
  ...work,
  allowed: [...work.allowed, { file, fingerprint }],
})

const answered = (
  { open, approved: before }: Checks,
  { checkId, tree, approved }: AgentSessionEventOf<'QualityCheckCompleted'>['data'],
): Checks => {
  const now = { open: open === checkId ? null : open, approved: before }
  return approved ? passing(now, tree) : now
}

/** Also what a person has let pass unseen. */
const passing = (checks: Checks, tree: string): Checks =>
  checks.approved.includes(tree) ? checks : { ...checks, approved: [...checks.approved, tree] }

const ended = (
  { spec, claim, place, placedUnder, turn, work, checks, kill }: LiveSession,
  status: EndedSession['status'],
): EndedSession => ({
  status,
  spec,
  claim,
  place,
  placedUnder,
  turn,
  work,
  checks,
  killAllId: status === 'killed' ? (kill?.killAllId ?? null) : null,
  released: false,
  successorSessionId: null,
})
