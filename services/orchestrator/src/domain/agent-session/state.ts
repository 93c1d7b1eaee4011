import {
  type AgentSessionEventOf,
  type AllowedSecret,
  type Checkpoint,
  type EndedStatus,
  hasEnded,
  type KeptWork,
  type LeftWork,
  type ModelChoice,
  type Push,
  type SessionStatus,
  type Typist,
  type WaitReason,
} from '@mosaic/contracts/agent-session'

/** What was asked for at the spawn. */
export type Spec = AgentSessionEventOf<'AgentSpawnRequested'>['data']
/** Where the agent works: sandbox, worktree, branch, base commit; or somewhere that is not ours. */
export type Place = AgentSessionEventOf<'AgentSpawned'>['data']['place']
export type Question = Omit<AgentSessionEventOf<'AgentWaitingForOperator'>['data'], 'sessionId'>
/** Injected and not yet delivered. */
export type InboxMessage = Omit<AgentSessionEventOf<'OperatorMessageInjected'>['data'], 'sessionId'>

/** A call that a person is asked about, and what they have said as long as the agent does not go on by it. */
export type Approval = Pick<
  AgentSessionEventOf<'ApprovalRequested'>['data'],
  'approvalId' | 'toolCallId' | 'digest' | 'expiresAt' | 'atTimeout'
> & {
  readonly decided: Pick<
    AgentSessionEventOf<'ApprovalDecided'>['data'],
    'decision' | 'note' | 'by' | 'operatorName'
  > | null
}

/** Who runs the session. A later epoch's owner takes it from an earlier one. */
export type Claim = Omit<AgentSessionEventOf<'SessionClaimed'>['data'], 'sessionId'>

/** The model could not be had, or a budget had no room; the call is made again at `nextTryAt`. */
export type ModelWait = {
  readonly reason: WaitReason
  readonly since: string
  readonly nextTryAt: string
  /** Failed calls since then, and those among them that were answered with what is no answer. */
  readonly attempts: number
  readonly broken: number
  /** A person does not want to wait. */
  readonly retryNow: boolean
}

export type KillProgress = {
  readonly killAllId: string | null
  /** With all below it. */
  readonly tree: boolean
  readonly step: 'requested' | 'signalled' | 'exit-observed' | 'descendants-cleared'
}

/** What is known of its commits: the newest, and what it had not committed at its end. */
export type Work = {
  readonly head: { readonly commit: string; readonly push: Push } | null
  readonly kept: KeptWork | null
  /** Its files as they were last kept, where they are not as on its branch; and the code of why they cannot be any more. */
  readonly checkpoint: Checkpoint | null
  readonly checkpointFailure: string | null
  /** What of that could not be kept, and is in its worktree still. */
  readonly left: LeftWork | null
  /** What a person has allowed to be committed though it looks like a secret. */
  readonly allowed: readonly AllowedSecret[]
}

/** What is known of the checks of its changes. */
export type Checks = {
  /** Asked for, and not answered yet. */
  readonly open: string | null
  /** Trees that have passed what this session's changes have to pass, or were let pass. */
  readonly approved: readonly string[]
}

/** What every session has that has not ended. */
export type Live = {
  readonly spec: Spec
  readonly claim: Claim | null
  readonly place: Place | null
  /** The epoch of the claim under which it was given that place: who claims later may never come to have one. */
  readonly placedUnder: number | null
  /** How far the present owner has come: it makes its own sandbox, whatever earlier ones had. */
  readonly owner: 'begins' | 'has-place' | 'has-started'
  readonly started: boolean
  /** Asked for and not carried out yet. */
  readonly control: 'none' | 'pause' | 'resume'
  readonly terminate: { readonly note: string | null; readonly tree: boolean } | null
  readonly kill: KillProgress | null
  readonly inbox: readonly InboxMessage[]
  /** Open until it is answered or expires; it outlasts a pause. */
  readonly question: Question | null
  readonly approval: Approval | null
  /** Of the approval that was decided last. */
  readonly lastDecided: string | null
  /** Digests of calls that are approved for as long as it lives. */
  readonly approvedCalls: readonly string[]
  /** What its model calls have cost so far, as far as that is known. */
  readonly spentUsd: number
  /** The tool call that runs now. */
  readonly toolCallId: string | null
  /** Model calls whose answer is in the log. */
  readonly turn: number
  readonly modelWait: ModelWait | null
  /** It was found not to get on, and has not since; and how often its model was asked to think again. */
  readonly isStuck: boolean
  readonly reconsidered: number
  /** Where it runs cannot be spoken with. */
  readonly hasLostContact: boolean
  /** Which model is asked now; `null`: the one that was asked for first. */
  readonly modelNow: ModelChoice | null
  /** How often it changed since a model answered, or since the call was put off. */
  readonly modelChanges: number
  /** What the program of an agent of another maker calls its conversation. */
  readonly agentSessionId: string | null
  readonly work: Work
  readonly checks: Checks
  /** Who has control of its terminal. */
  readonly typist: Typist | null
  /** It was spawned to review, and has said what it thinks. */
  readonly hasReviewed: boolean
}

export type LiveSession = Live & { readonly status: Exclude<SessionStatus, EndedStatus> }

export type EndedSession = {
  readonly status: EndedStatus
  readonly spec: Spec
  readonly claim: Claim | null
  readonly place: Place | null
  readonly placedUnder: number | null
  readonly turn: number
  readonly work: Work
  readonly checks: Checks
  /** Of the kill-all that ended it. */
  readonly killAllId: string | null
  readonly released: boolean
  /** The session that goes on where this one ended. */
  readonly successorSessionId: string | null
}

export type AgentSession = { readonly status: 'none' } | LiveSession | EndedSession

export const isLive = (session: AgentSession): session is LiveSession =>
  session.status !== 'none' && !hasEnded(session.status)
